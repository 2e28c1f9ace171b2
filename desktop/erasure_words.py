"""In words: what was erased of a caller, and what every place was found to have of it."""

from pathlib import Path

from db.domain.erasing import LISTED, REQUEST, RETENTION
from db.domain.errors import EnvironmentError_
from db.sync.proving import GONE, LEFT, UNKNOWN, Asked, Check, ErasureProof
from desktop.i18n import describe, instant
from desktop.language import Words, say

WHY = Words({REQUEST: "申请删除", RETENTION: "到期删除", LISTED: "还原后按删除名单补记"})
RESULTS = Words({GONE: "✓ 没有", LEFT: "✕ 还有", UNKNOWN: "▲ 未能核对"})
PLACES = Words(
    {
        "record": "本机数据：加密的来电人信息",
        "forks": "本机数据：落选分支",
        "log": "本机数据：预写日志",
        "journal": "操作日志正文",
        "rows": "事件各表正文",
        "search": "检索索引",
        "backup": "备份",
        "aside": "另存的旧数据",
        "folder": "备份目录",
        "peer": "其他站点",
    }
)
_PEER = Words({GONE: "✓ 已收到删除记录"})
_WHY_NOT = Words(
    {
        "log_in_use": "删除后又写过数据，日志里是新写的；空闲几秒后再核对",
        "peer_unheard": "还没有确认收到删除记录，下次交换后再核对",
        "backup_folder_missing": "不在手边；接上后运行 griddesk sweep",
    }
)


def place_text(check: Check) -> str:
    """Return which place was looked into."""
    return f"{PLACES[check.kind]} {check.where}".strip()


def result_text(check: Check) -> str:
    """Return what was found there."""
    if check.kind == "peer" and check.result in _PEER:
        return _PEER[check.result]
    found = RESULTS[check.result]
    if not check.code:
        return found
    return f"{found}：{_why_not(check.code)}"


def unreached_text(path: Path, code: str) -> str:
    """Return which copy could not be reached, and why."""
    return say("{} 未能删除：{}").format(path, _why_not(code))


def _why_not(code: str) -> str:
    return _WHY_NOT[code] if code in _WHY_NOT else describe(EnvironmentError_(code))[0]


def asked_lines(asked: Asked) -> list[str]:
    """Return what was asked for, by whom and when, and the op that says so."""
    why = f"{WHY.get(asked.why, asked.why)}{f'：{asked.said}' if asked.said else ''}"
    return [
        f"{instant(asked.at)}  {asked.who}  {why}",
        say("删除 {} 处；记录 {}，摘要 {}").format(asked.envelopes, ref_text(asked), asked.digest),
    ]


def ref_text(asked: Asked) -> str:
    """Return the name of the op."""
    return f"{asked.ref.site}:{asked.ref.epoch}:{asked.ref.seq}"


def verdict_text(proof: ErasureProof) -> str:
    """Return in a sentence what all that comes to."""
    if not proof.is_gone:
        return say("✕ 还没有删净，见下列各处。")
    unknown = sum(one.result == UNKNOWN for one in proof.checks)
    if unknown:
        return say("✓ 核对过的各处都没有了；另有 {} 处未能核对。").format(unknown)
    return say("✓ 各处都没有了。")
