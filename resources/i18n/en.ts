<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>AccountsScreen</name>
    <message>
        <source>账号</source>
        <translation>Accounts</translation>
    </message>
    <message>
        <source>新增人员(&amp;N)…</source>
        <translation>&amp;New person…</translation>
    </message>
    <message>
        <source>修改(&amp;E)…</source>
        <translation>&amp;Edit…</translation>
    </message>
    <message>
        <source>离岗(&amp;L)…</source>
        <translation>&amp;Left…</translation>
    </message>
    <message>
        <source>一次性口令(&amp;R)…</source>
        <translation>One-time passwo&amp;rd…</translation>
    </message>
    <message>
        <source>重设动态码(&amp;F)…</source>
        <translation>Reset second &amp;factor…</translation>
    </message>
    <message>
        <source>解锁(&amp;U)</source>
        <translation>&amp;Unlock</translation>
    </message>
    <message>
        <source>安全策略(&amp;P)…</source>
        <translation>Safety &amp;rules…</translation>
    </message>
    <message>
        <source>应急码(&amp;C)…</source>
        <translation>Emergency &amp;code…</translation>
    </message>
    <message>
        <source>在岗 {} 人，离岗 {} 人</source>
        <translation>{} here, {} left</translation>
    </message>
    <message>
        <source>已保存 {}</source>
        <translation>{} is saved</translation>
    </message>
    <message>
        <source>{} 已离岗</source>
        <translation>{} has left</translation>
    </message>
    <message>
        <source>{} 离岗？</source>
        <translation>Has {} left?</translation>
    </message>
    <message>
        <source>账号不能再登录，也不再出现在名单里；以前的记录照样在。要恢复请找技术员。</source>
        <translation>The account cannot sign in any more and is on no list; what was recorded stays. A technician can bring it back.</translation>
    </message>
    <message>
        <source>离岗</source>
        <translation>Has left</translation>
    </message>
    <message>
        <source>给 {} 一次性口令？</source>
        <translation>Give {} a one-time password?</translation>
    </message>
    <message>
        <source>原来的口令立即作废。一次性口令只显示一次，本人登录后要马上更换。</source>
        <translation>The present password is void at once. The one-time password is shown once, and is to be changed at the next sign-in.</translation>
    </message>
    <message>
        <source>给一次性口令</source>
        <translation>Give a one-time password</translation>
    </message>
    <message>
        <source>请当面告诉 {}（账号 {}）。收起以后不再显示。</source>
        <translation>Tell {} (account {}) face to face. Once put away it is not shown again.</translation>
    </message>
    <message>
        <source>已告诉本人</source>
        <translation>Told</translation>
    </message>
    <message>
        <source>重设 {} 的动态码？</source>
        <translation>Reset the second factor of {}?</translation>
    </message>
    <message>
        <source>手机丢了才用。原来的动态码立即作废，本人下次登录时重新设置。请当面确认是本人。</source>
        <translation>Only for a lost phone. The present one is void at once, and is set up anew at the next sign-in. Make sure face to face who it is.</translation>
    </message>
    <message>
        <source>重设</source>
        <translation>Reset</translation>
    </message>
    <message>
        <source>{} 的动态码已重设</source>
        <translation>The second factor of {} is reset</translation>
    </message>
    <message>
        <source>{} 已解锁</source>
        <translation>{} is unlocked</translation>
    </message>
    <message>
        <source>安全策略已保存</source>
        <translation>The safety rules are saved</translation>
    </message>
    <message>
        <source>生成新的应急码？</source>
        <translation>Make a new emergency code?</translation>
    </message>
    <message>
        <source>只显示一次，请备好纸笔和信封。以前的应急码立即作废，应急提示随之消失。</source>
        <translation>It is shown once: have pen, paper and an envelope ready. The code before is void at once, and the emergency notice goes.</translation>
    </message>
    <message>
        <source>生成</source>
        <translation>Make</translation>
    </message>
    <message>
        <source>请抄在纸上，封进信封，写上日期，交单位保管。收起以后不再显示。</source>
        <translation>Write it on paper, seal it in an envelope with the date, and give it to your office to keep. Once put away it is not shown again.</translation>
    </message>
    <message>
        <source>已封好</source>
        <translation>Sealed</translation>
    </message>
    <message>
        <source>删除来电人(&amp;D)…</source>
        <translation>Erase a caller(&amp;D)…</translation>
    </message>
</context>
<context>
    <name>BackupList</name>
    <message>
        <source>正在查找备份……</source>
        <translation>Looking for backups…</translation>
    </message>
    <message>
        <source>U 盘或备份目录</source>
        <translation>USB stick or backup folder</translation>
    </message>
    <message>
        <source>备份所在目录</source>
        <translation>Folder of the backups</translation>
    </message>
    <message>
        <source>选择(&amp;O)…</source>
        <translation>Ch&amp;oose…</translation>
    </message>
    <message>
        <source>备份时间</source>
        <translation>Made at</translation>
    </message>
    <message>
        <source>工位</source>
        <translation>Workstation</translation>
    </message>
    <message>
        <source>记录数</source>
        <translation>Records</translation>
    </message>
    <message>
        <source>最新事件</source>
        <translation>Newest incident</translation>
    </message>
    <message>
        <source>备份</source>
        <translation>Backup</translation>
    </message>
    <message>
        <source>本机有密钥时不用填</source>
        <translation>Not needed where this machine has the key</translation>
    </message>
    <message>
        <source>恢复码或口令</source>
        <translation>Recovery code or passphrase</translation>
    </message>
    <message>
        <source>请选择备份所在的 U 盘或目录。</source>
        <translation>Choose the USB stick or folder that holds the backups.</translation>
    </message>
    <message>
        <source>选择备份所在目录</source>
        <translation>Choose the folder of the backups</translation>
    </message>
    <message>
        <source>{} 个备份，新的在前。</source>
        <translation>{} backups, newest first.</translation>
    </message>
    <message>
        <source>这里没有备份。请选 U 盘的根目录，或其中 griddesk- 开头的目录。</source>
        <translation>No backup here. Choose the root of the USB stick, or a folder in it that starts with griddesk-.</translation>
    </message>
</context>
<context>
    <name>BoardView</name>
    <message>
        <source>单位看板</source>
        <translation>Unit board</translation>
    </message>
</context>
<context>
    <name>Bulk</name>
    <message>
        <source>{}要一件一件办</source>
        <translation>{}: one at a time only</translation>
    </message>
    <message>
        <source>按 Esc 取消标记</source>
        <translation>Esc clears the marks</translation>
    </message>
    <message>
        <source>{}  已标记的 {} 件</source>
        <translation>{}  {} marked</translation>
    </message>
    <message>
        <source>{} 整批撤销</source>
        <translation>{} undoes the whole batch</translation>
    </message>
</context>
<context>
    <name>CallCard</name>
    <message>
        <source>调度卡</source>
        <translation>Call-out card</translation>
    </message>
    <message>
        <source>T 记“已电话通知”   Ctrl+C 复制这一行   Esc 返回看板</source>
        <translation>T notes “told by phone”   Ctrl+C copies this line   Esc back to the board</translation>
    </message>
    <message>
        <source>已复制：{}</source>
        <translation>Copied: {}</translation>
    </message>
</context>
<context>
    <name>CheckPanel</name>
    <message>
        <source>检查结果</source>
        <translation>Check result</translation>
    </message>
    <message>
        <source>{}清单：{}</source>
        <translation>{} list: {}</translation>
    </message>
    <message>
        <source>生效日期(&amp;D)</source>
        <translation>In force from (&amp;D)</translation>
    </message>
    <message>
        <source>批准人(&amp;A)</source>
        <translation>&amp;Approved by</translation>
    </message>
    <message>
        <source>文号(&amp;W)</source>
        <translation>Doc no. (&amp;W)</translation>
    </message>
    <message>
        <source>说明(&amp;T)</source>
        <translation>No&amp;te</translation>
    </message>
    <message>
        <source>发布(&amp;P)</source>
        <translation>&amp;Publish</translation>
    </message>
    <message>
        <source>存错误清单(&amp;S)…</source>
        <translation>&amp;Save errors…</translation>
    </message>
    <message>
        <source>收起(&amp;Q)</source>
        <translation>Close (&amp;Q)</translation>
    </message>
    <message>
        <source>发布要由{}来做；先在右上角换人，再导入。</source>
        <translation>Publishing needs {}; change the person at the top right, then import again.</translation>
    </message>
    <message>
        <source>要撤回还没生效的版本，把生效日期改到它那一天，再发布。</source>
        <translation>To recall a version not yet in force, set the date to its day and publish.</translation>
    </message>
    <message>
        <source>存错误清单</source>
        <translation>Save errors</translation>
    </message>
</context>
<context>
    <name>Claiming</name>
    <message>
        <source>放下</source>
        <translation>Let go</translation>
    </message>
    <message>
        <source>再按一次 {} 接手；{} 会看到</source>
        <translation>Press {} again to take over; {} will see it</translation>
    </message>
    <message>
        <source>接手</source>
        <translation>Take over</translation>
    </message>
    <message>
        <source>认领</source>
        <translation>Claim</translation>
    </message>
    <message>
        <source>{} 接手了您认领的一件</source>
        <translation>{} took over an incident you had claimed</translation>
    </message>
    <message>
        <source>没有丢失什么；要接着办，再按认领</source>
        <translation>Nothing is lost; to go on with it, press claim again</translation>
    </message>
</context>
<context>
    <name>CommandBar</name>
    <message>
        <source>还可以这样写</source>
        <translation>You can also write</translation>
    </message>
    <message>
        <source>最近用过</source>
        <translation>Used lately</translation>
    </message>
    <message>
        <source>正在找……</source>
        <translation>Looking…</translation>
    </message>
    <message>
        <source>没有这样的</source>
        <translation>Nothing like this</translation>
    </message>
    <message>
        <source>在值班台查找“{}”</source>
        <translation>Search the duty desk for “{}”</translation>
    </message>
    <message>
        <source>在值班台查找</source>
        <translation>Search the duty desk</translation>
    </message>
    <message>
        <source>编号、标题、内容、地址</source>
        <translation>Number, title, content, address</translation>
    </message>
</context>
<context>
    <name>Confirm</name>
    <message>
        <source>收起</source>
        <translation>Close</translation>
    </message>
</context>
<context>
    <name>ConflictsScreen</name>
    <message>
        <source>分歧</source>
        <translation>Disputes</translation>
    </message>
    <message>
        <source>正在读取……</source>
        <translation>Reading…</translation>
    </message>
    <message>
        <source>分歧  {} 件</source>
        <translation>Disputes: {}</translation>
    </message>
    <message>
        <source>没有分歧。断线时两处说法不一的，线路通了以后列在这里。</source>
        <translation>Nothing is in dispute. What two stations say differently while apart is listed here once the line is up.</translation>
    </message>
    <message>
        <source>已标记 {} 件&#x3000;{}</source>
        <translation>{} marked&#x3000;{}</translation>
    </message>
    <message>
        <source>不急着定，什么都不耽误。空格标记几件，可以一起定同一项。</source>
        <translation>Nothing waits for it. Space marks several, to settle the same field in all of them.</translation>
    </message>
    <message>
        <source>这一项只能留一种</source>
        <translation>Only one can stand here</translation>
    </message>
    <message>
        <source>按数字选一个</source>
        <translation>Pick one by its digit</translation>
    </message>
    <message>
        <source>还没有选</source>
        <translation>Nothing is picked</translation>
    </message>
    <message>
        <source>按数字选一种，再按 Enter</source>
        <translation>Pick one by its digit, then press Enter</translation>
    </message>
    <message>
        <source>定分歧  {}</source>
        <translation>Settled  {}</translation>
    </message>
    <message>
        <source>这一项只能在列出的说法里选</source>
        <translation>Only what was said can be picked here</translation>
    </message>
    <message>
        <source>没有标记</source>
        <translation>Nothing is marked</translation>
    </message>
    <message>
        <source>空格标记几件，再按；← → 选哪一项</source>
        <translation>Mark some with Space, then press again; ← → pick the field</translation>
    </message>
    <message>
        <source>{} 整批撤销</source>
        <translation>{} takes all of them back</translation>
    </message>
</context>
<context>
    <name>DataScreen</name>
    <message>
        <source>▲ 有损坏，已停止写入；可以修复</source>
        <translation>▲ Damaged, writing has stopped; can be repaired</translation>
    </message>
    <message>
        <source>没有发现损坏</source>
        <translation>No damage found</translation>
    </message>
    <message>
        <source>数据与备份</source>
        <translation>Data and backup</translation>
    </message>
    <message>
        <source>备份记录</source>
        <translation>Backup log</translation>
    </message>
    <message>
        <source>备份、演练、重建的结果会写在这里</source>
        <translation>Results of backups, drills and rebuilds appear here</translation>
    </message>
    <message>
        <source>数据目录</source>
        <translation>Data folder</translation>
    </message>
    <message>
        <source>数据</source>
        <translation>Data</translation>
    </message>
    <message>
        <source>备份到</source>
        <translation>Back up to</translation>
    </message>
    <message>
        <source>上次备份</source>
        <translation>Last backup</translation>
    </message>
    <message>
        <source>恢复码</source>
        <translation>Recovery code</translation>
    </message>
    <message>
        <source>提醒</source>
        <translation>Notices</translation>
    </message>
    <message>
        <source>立即备份  F5</source>
        <translation>Back up now  F5</translation>
    </message>
    <message>
        <source>备份目录(&amp;B)…</source>
        <translation>&amp;Backup folder…</translation>
    </message>
    <message>
        <source>演练(&amp;L)</source>
        <translation>Dri&amp;ll</translation>
    </message>
    <message>
        <source>恢复码(&amp;C)…</source>
        <translation>Re&amp;covery code…</translation>
    </message>
    <message>
        <source>重建数据表(&amp;T)</source>
        <translation>Rebuild &amp;tables</translation>
    </message>
    <message>
        <source>还原(&amp;R)…</source>
        <translation>&amp;Restore…</translation>
    </message>
    <message>
        <source>修复(&amp;M)…</source>
        <translation>Repair (&amp;M)</translation>
    </message>
    <message>
        <source>中止(&amp;S)</source>
        <translation>&amp;Stop</translation>
    </message>
    <message>
        <source>还原这个备份…</source>
        <translation>Restore this backup…</translation>
    </message>
    <message>
        <source>收起</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>还没有选；请选 U 盘或另一块磁盘上的目录</source>
        <translation>Not chosen yet; choose a folder on a USB stick or another disk</translation>
    </message>
    <message>
        <source>没有</source>
        <translation>None</translation>
    </message>
    <message>
        <source>已有；以后的备份凭纸上的恢复码在任何机器上打开</source>
        <translation>In place; later backups open on any machine with the recovery code on paper</translation>
    </message>
    <message>
        <source>选择备份目录</source>
        <translation>Choose the backup folder</translation>
    </message>
    <message>
        <source>只显示一次，请备好纸笔。以后的备份凭新的恢复码打开。</source>
        <translation>Shown only once: have pen and paper ready. Later backups open with the new recovery code.</translation>
    </message>
    <message>
        <source>以前的备份仍用以前的恢复码，两张纸都要留。</source>
        <translation>Earlier backups still need the earlier recovery code. Keep both papers.</translation>
    </message>
    <message>
        <source>生成新的恢复码？</source>
        <translation>Make a new recovery code?</translation>
    </message>
    <message>
        <source>生成</source>
        <translation>Make</translation>
    </message>
    <message>
        <source>请抄在纸上，交单位保管。收起以后不再显示。</source>
        <translation>Copy it on paper and hand it to the office for safe keeping. Once closed it is not shown again.</translation>
    </message>
    <message>
        <source>已抄好，现在备份一次</source>
        <translation>Copied, back up now</translation>
    </message>
    <message>
        <source>用 {} 的备份替换现在的数据？</source>
        <translation>Replace the present data by the backup of {}?</translation>
    </message>
    <message>
        <source>先核对备份，然后窗口会重新打开。现在的数据整个另存在数据目录里，不删除。</source>
        <translation>The backup is verified first, then the window opens again. The present data is kept whole in the data folder, nothing is deleted.</translation>
    </message>
    <message>
        <source>还原</source>
        <translation>Restore</translation>
    </message>
    <message>
        <source>重新打开以后用的是还原的数据。</source>
        <translation>After opening again the restored data is in use.</translation>
    </message>
    <message>
        <source>重新打开</source>
        <translation>Open again</translation>
    </message>
    <message>
        <source>现在修复？</source>
        <translation>Repair now?</translation>
    </message>
    <message>
        <source>窗口会关闭，由记录最全的备份和还读得出的记录重建，再重新打开。损坏的文件另存，不删除。</source>
        <translation>The window closes, the data is rebuilt from the fullest backup and the records still readable, and the window opens again. Damaged files are kept, not deleted.</translation>
    </message>
    <message>
        <source>修复</source>
        <translation>Repair</translation>
    </message>
</context>
<context>
    <name>Deciding</name>
    <message>
        <source>新建事件</source>
        <translation>New incident</translation>
    </message>
    <message>
        <source>先记内容；来电人和号码单独加密保存，不写进事件正文。</source>
        <translation>Write the content first; the caller&apos;s name and phone are kept apart, encrypted, never in the incident text.</translation>
    </message>
    <message>
        <source>{} 撤销</source>
        <translation>{} undoes it</translation>
    </message>
    <message>
        <source>编号可以告诉来电人</source>
        <translation>The number may be told to the caller</translation>
    </message>
    <message>
        <source>上一件已登记：{}</source>
        <translation>Last one is entered: {}</translation>
    </message>
</context>
<context>
    <name>DecisionForm</name>
    <message>
        <source>确认  Enter</source>
        <translation>Confirm  Enter</translation>
    </message>
    <message>
        <source>下一件  Ctrl+Shift+Enter</source>
        <translation>Next  Ctrl+Shift+Enter</translation>
    </message>
    <message>
        <source>确认，并登记下一件</source>
        <translation>Confirm, and enter the next one</translation>
    </message>
    <message>
        <source>取消  Esc</source>
        <translation>Cancel  Esc</translation>
    </message>
    <message>
        <source>前一批正在写入，写完就轮到这一件…</source>
        <translation>The batch before is being written; this one is next…</translation>
    </message>
</context>
<context>
    <name>DetailPanel</name>
    <message>
        <source>事件详情</source>
        <translation>Incident details</translation>
    </message>
    <message>
        <source>在左侧选一件事件</source>
        <translation>Choose an incident at the left</translation>
    </message>
    <message>
        <source>建议</source>
        <translation>Suggested</translation>
    </message>
    <message>
        <source>交办</source>
        <translation>Dispatch</translation>
    </message>
    <message>
        <source>结果</source>
        <translation>Result</translation>
    </message>
    <message>
        <source>经过</source>
        <translation>History</translation>
    </message>
    <message>
        <source>未分类</source>
        <translation>No class</translation>
    </message>
    <message>
        <source>分类</source>
        <translation>Class</translation>
    </message>
    <message>
        <source>地点</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>未填</source>
        <translation>Not filled in</translation>
    </message>
    <message>
        <source>网格</source>
        <translation>Grid</translation>
    </message>
    <message>
        <source>来源</source>
        <translation>Source</translation>
    </message>
    <message>
        <source>来电人</source>
        <translation>Caller</translation>
    </message>
    <message>
        <source>来源答复</source>
        <translation>Answer to source</translation>
    </message>
    <message>
        <source>主办</source>
        <translation>Lead</translation>
    </message>
    <message>
        <source>无权责依据，请值班长指定</source>
        <translation>No responsibility rule; the shift leader names the unit</translation>
    </message>
    <message>
        <source>协办</source>
        <translation>Co-units</translation>
    </message>
    <message>
        <source>办理</source>
        <translation>Handling</translation>
    </message>
    <message>
        <source>答复</source>
        <translation>Reply</translation>
    </message>
    <message>
        <source>未接通</source>
        <translation>No answer</translation>
    </message>
    <message>
        <source>回访</source>
        <translation>Call back</translation>
    </message>
    <message>
        <source>强制结案</source>
        <translation>Forced close</translation>
    </message>
    <message>
        <source>不计入按期结案</source>
        <translation>Not counted as closed in time</translation>
    </message>
    <message>
        <source>还有 {} 条较早的经过，打印处理单可见全部</source>
        <translation>{} earlier entries; the printed incident sheet shows all</translation>
    </message>
    <message>
        <source>为什么是这个时间</source>
        <translation>Why this time</translation>
    </message>
    <message>
        <source>相似的，怎样办结</source>
        <translation>How similar ones were closed</translation>
    </message>
    <message>
        <source>并案</source>
        <translation>Merge</translation>
    </message>
</context>
<context>
    <name>DispatchScreen</name>
    <message>
        <source>没有推荐的第 {} 家</source>
        <translation>There is no recommended unit no. {}</translation>
    </message>
    <message>
        <source>没有选中事件，没有记</source>
        <translation>No incident selected, nothing noted</translation>
    </message>
    <message>
        <source>表单还开着，没有换列表；回车确认或 Esc 收起后再换</source>
        <translation>The form is still open; the list was not switched. Enter confirms or Esc closes it first</translation>
    </message>
</context>
<context>
    <name>DisputeList</name>
    <message>
        <source>有分歧的</source>
        <translation>What is in dispute</translation>
    </message>
</context>
<context>
    <name>DuplicatesPage</name>
    <message>
        <source>可能是同一件事的</source>
        <translation>Possibly the same incident</translation>
    </message>
    <message>
        <source>正在比对……</source>
        <translation>Comparing…</translation>
    </message>
    <message>
        <source>没有像的。按 = 换更大的范围再找。</source>
        <translation>Nothing alike. Press = to search a wider range.</translation>
    </message>
</context>
<context>
    <name>EnrolForm</name>
    <message>
        <source>允许不加密（只在自己的局域网里）</source>
        <translation>Allow plain text (only inside one&apos;s own network)</translation>
    </message>
    <message>
        <source>地址</source>
        <translation>Address</translation>
    </message>
    <message>
        <source>登记码</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>登记码由技术员在交换服务上发，或由本室已登记的工位发。每个码只能用一次。</source>
        <translation>The technician issues codes at the exchange service, or a station of this room that is enrolled. Each code works once.</translation>
    </message>
    <message>
        <source>登记(&amp;D)</source>
        <translation>Enrol (&amp;D)</translation>
    </message>
    <message>
        <source>收起</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>这是对方的登记指纹：请打电话，由对方念，逐组核对。不一致就不要登记。</source>
        <translation>This is the other&apos;s enrolment fingerprint: call them, let them read it out, compare group by group. Do not enrol where they differ.</translation>
    </message>
    <message>
        <source>指纹一致，登记(&amp;T)</source>
        <translation>The same: enrol (&amp;T)</translation>
    </message>
    <message>
        <source>已登记到 {}</source>
        <translation>Enrolled at {}</translation>
    </message>
</context>
<context>
    <name>Erasing</name>
    <message>
        <source>删除 {} 的来电人信息？</source>
        <translation>Erase the caller of {}?</translation>
    </message>
    <message>
        <source>删了就没有了，谁也恢复不了。删除这件事本身记入日志。</source>
        <translation>What is erased is gone; nobody brings it back. That it was erased stays in the journal.</translation>
    </message>
    <message>
        <source>删除</source>
        <translation>Erase</translation>
    </message>
    <message>
        <source>已删除 {} 的来电人信息 {} 处</source>
        <translation>Caller of {} erased in {} places</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>筛选</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>如：紧急 采薇 超时；网格、单位、分类、来源、状态</source>
        <translation>e.g. urgent Caiwei late; grid, unit, class, source, state</translation>
    </message>
    <message>
        <source>{} 存为视图</source>
        <translation>{} saves as a view</translation>
    </message>
    <message>
        <source>写几个词，列表只留都符合的；Enter 到列表，Esc 清除</source>
        <translation>Write a few words, the list keeps what fits all; Enter to the list, Esc clears</translation>
    </message>
</context>
<context>
    <name>FormBody</name>
    <message>
        <source>建议：{}</source>
        <translation>Suggested: {}</translation>
    </message>
    <message>
        <source>常用语 Ctrl+J</source>
        <translation>Phrases Ctrl+J</translation>
    </message>
    <message>
        <source>常用语</source>
        <translation>Phrases</translation>
    </message>
    <message>
        <source>地图 Ctrl+M</source>
        <translation>Map Ctrl+M</translation>
    </message>
</context>
<context>
    <name>ImportChoice</name>
    <message>
        <source>坐标系（请问清，从数字上看不出来）</source>
        <translation>Coordinate system (ask; the numbers do not tell)</translation>
    </message>
    <message>
        <source>坐标系 {}</source>
        <translation>Coordinate system {}</translation>
    </message>
    <message>
        <source>编码(&amp;B)</source>
        <translation>Code (&amp;B)</translation>
    </message>
    <message>
        <source>编码属性</source>
        <translation>Code property</translation>
    </message>
    <message>
        <source>名称(&amp;M)</source>
        <translation>Na&amp;me</translation>
    </message>
    <message>
        <source>名称属性</source>
        <translation>Name property</translation>
    </message>
</context>
<context>
    <name>ImportPanel</name>
    <message>
        <source>导入地图数据</source>
        <translation>Import map data</translation>
    </message>
    <message>
        <source>检查结果</source>
        <translation>Check result</translation>
    </message>
    <message>
        <source>文件的完整路径，回车打开</source>
        <translation>Full path of the file, Enter opens it</translation>
    </message>
    <message>
        <source>文件路径</source>
        <translation>File path</translation>
    </message>
    <message>
        <source>选择文件(&amp;F)…</source>
        <translation>Choose &amp;file…</translation>
    </message>
    <message>
        <source>应用(&amp;A)</source>
        <translation>&amp;Apply</translation>
    </message>
    <message>
        <source>存退回的(&amp;S)…</source>
        <translation>&amp;Save returned…</translation>
    </message>
    <message>
        <source>停下(&amp;T)</source>
        <translation>S&amp;top</translation>
    </message>
    <message>
        <source>收起 Esc</source>
        <translation>Close Esc</translation>
    </message>
    <message>
        <source>进度</source>
        <translation>Progress</translation>
    </message>
    <message>
        <source>正在读文件……</source>
        <translation>Reading the file…</translation>
    </message>
    <message>
        <source>正在停下……</source>
        <translation>Stopping…</translation>
    </message>
    <message>
        <source>正在写入……</source>
        <translation>Writing…</translation>
    </message>
    <message>
        <source>边界文件</source>
        <translation>Boundary file</translation>
    </message>
    <message>
        <source>重点场所</source>
        <translation>Key places</translation>
    </message>
    <message>
        <source>队伍位置</source>
        <translation>Team positions</translation>
    </message>
    <message>
        <source>底图</source>
        <translation>Base map</translation>
    </message>
    <message>
        <source>请选坐标系，然后看检查结果。</source>
        <translation>Choose the coordinate system, then look at the check result.</translation>
    </message>
    <message>
        <source>正在检查……</source>
        <translation>Checking…</translation>
    </message>
    <message>
        <source>选一个文件：先检查，按“应用”才写入。</source>
        <translation>Choose a file: it is checked first, nothing is written until “Apply”.</translation>
    </message>
    <message>
        <source>边界：.geojson；重点场所、队伍位置：.csv、.xlsx；底图：.mbtiles。导入同一个文件第二次，没有变的不会再写。</source>
        <translation>Boundaries: .geojson; key places, team positions: .csv, .xlsx; base map: .mbtiles. Importing the same file again writes nothing that has not changed.</translation>
    </message>
    <message>
        <source>▲ 应用要由{}来做；请先在右上角换人。</source>
        <translation>▲ Applying needs {}; change the person at the top right first.</translation>
    </message>
    <message>
        <source>选择地图数据</source>
        <translation>Choose map data</translation>
    </message>
    <message>
        <source>存退回的</source>
        <translation>Save returned</translation>
    </message>
    <message>
        <source>已存退回的</source>
        <translation>Returned rows saved</translation>
    </message>
</context>
<context>
    <name>Intake</name>
    <message>
        <source>建议：{}</source>
        <translation>Suggested: {}</translation>
    </message>
    <message>
        <source>没有把握；可能是 {}</source>
        <translation>Not sure; perhaps {}</translation>
    </message>
</context>
<context>
    <name>IntakeFoot</name>
    <message>
        <source>时限：受理 {}（{} 前），处置 {}</source>
        <translation>Limits: accept {} (by {}), handle {}</translation>
    </message>
    <message>
        <source>可能重复 {} 件，按 {} 看</source>
        <translation>{} possible duplicates, {} to look</translation>
    </message>
    <message>
        <source>{}前</source>
        <translation>{} ago</translation>
    </message>
    <message>
        <source>▲ {}（{}{} 看）</source>
        <translation>▲ {} ({}{} to look)</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>按键表</source>
        <translation>Key sheet</translation>
    </message>
    <message>
        <source>打印 {}</source>
        <translation>Print {}</translation>
    </message>
    <message>
        <source>打印按键表</source>
        <translation>Print the key sheet</translation>
    </message>
    <message>
        <source>F1 或 Esc 收起</source>
        <translation>F1 or Esc closes</translation>
    </message>
    <message>
        <source>下面还有，↓ 或 PgDn 往下看</source>
        <translation>More below: ↓ or PgDn</translation>
    </message>
</context>
<context>
    <name>ListsScreen</name>
    <message>
        <source>正在检查 {}……</source>
        <translation>Checking {}…</translation>
    </message>
    <message>
        <source>清单种类</source>
        <translation>Kind of list</translation>
    </message>
    <message>
        <source>版本</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>清单内容</source>
        <translation>List content</translation>
    </message>
    <message>
        <source>导入新版本(&amp;N)…</source>
        <translation>Import &amp;new version…</translation>
    </message>
    <message>
        <source>导出(&amp;E)…</source>
        <translation>&amp;Export…</translation>
    </message>
    <message>
        <source>{}清单</source>
        <translation>{} list</translation>
    </message>
    <message>
        <source>正在读取……</source>
        <translation>Reading…</translation>
    </message>
    <message>
        <source>选择清单文件</source>
        <translation>Choose a list file</translation>
    </message>
    <message>
        <source>导出清单</source>
        <translation>Export the list</translation>
    </message>
    <message>
        <source>已导出</source>
        <translation>Exported</translation>
    </message>
    <message>
        <source>已发布{}清单 {}</source>
        <translation>{} list {} published</translation>
    </message>
    <message>
        <source>自 {} 生效</source>
        <translation>In force from {}</translation>
    </message>
    <message>
        <source>已存错误清单</source>
        <translation>Errors saved</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>看谁的</source>
        <translation>Whose</translation>
    </message>
    <message>
        <source>全部</source>
        <translation>All</translation>
    </message>
    <message>
        <source>同步记录</source>
        <translation>Log of the exchange</translation>
    </message>
    <message>
        <source>记录</source>
        <translation>Log</translation>
    </message>
    <message>
        <source>打开程序以来还没有同步过</source>
        <translation>Nothing exchanged since the program was opened</translation>
    </message>
</context>
<context>
    <name>Looking</name>
    <message>
        <source>谁看、什么时候、为什么，都会记录。</source>
        <translation>Who looks, when and why is recorded.</translation>
    </message>
    <message>
        <source>本次查看已记录</source>
        <translation>This look was recorded</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>网格指挥台</source>
        <translation>GridDesk</translation>
    </message>
    <message>
        <source>/ 查找编号、标题、内容、地址    Ctrl+K 命令</source>
        <translation>/ finds number, title, content, address    Ctrl+K commands</translation>
    </message>
    <message>
        <source>查找</source>
        <translation>Find</translation>
    </message>
    <message>
        <source>在列表上方</source>
        <translation>Above the list</translation>
    </message>
    <message>
        <source>“{}”页不在您的角色范围里</source>
        <translation>The page “{}” is not for your role</translation>
    </message>
    <message>
        <source>{} 用应急码进入过，{}</source>
        <translation>{} came in by the emergency code, {}</translation>
    </message>
    <message>
        <source>安全管理员换发新的应急码以后，这条提示消失</source>
        <translation>This notice goes when the security administrator makes a new code</translation>
    </message>
</context>
<context>
    <name>Many</name>
    <message>
        <source>上一批还在办</source>
        <translation>The last batch is still running</translation>
    </message>
    <message>
        <source>办完或停下以后再按</source>
        <translation>Press again when it is done or stopped</translation>
    </message>
</context>
<context>
    <name>MapBar</name>
    <message>
        <source>圆 O</source>
        <translation>Circle O</translation>
    </message>
    <message>
        <source>多边形 P</source>
        <translation>Polygon P</translation>
    </message>
    <message>
        <source>全镇 0</source>
        <translation>Whole town 0</translation>
    </message>
    <message>
        <source>导入…</source>
        <translation>Import…</translation>
    </message>
    <message>
        <source>本机没有底图，按“导入…”选一个 .mbtiles 文件</source>
        <translation>No base map on this machine; press “Import…” and choose an .mbtiles file</translation>
    </message>
    <message>
        <source>每格数什么</source>
        <translation>What to count per grid</translation>
    </message>
    <message>
        <source>只看</source>
        <translation>Show only</translation>
    </message>
    <message>
        <source>全部平台、状态、分类</source>
        <translation>All platforms, states, classes</translation>
    </message>
    <message>
        <source>着色</source>
        <translation>Colour by</translation>
    </message>
</context>
<context>
    <name>MapRoom</name>
    <message>
        <source>地图</source>
        <translation>Map</translation>
    </message>
    <message>
        <source>再试一次</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>没有网格边界，只显示有坐标的事件。导入边界后按网格计数、着色。</source>
        <translation>No grid boundaries: only incidents with coordinates are shown. Import boundaries to count and colour by grid.</translation>
    </message>
    <message>
        <source>没有网格边界，也没有待办事件。边界用 GeoJSON 文件导入。</source>
        <translation>No grid boundaries and no open incidents. Boundaries are imported from a GeoJSON file.</translation>
    </message>
    <message>
        <source>{} · 待办 {} 件</source>
        <translation>{} · {} open</translation>
    </message>
    <message>
        <source>{} · {} 件</source>
        <translation>{} · {}</translation>
    </message>
    <message>
        <source>，所及网格另有 {} 件无坐标</source>
        <translation>, {} more in the grids touched, without coordinates</translation>
    </message>
    <message>
        <source>选中 {} 件</source>
        <translation>{} selected</translation>
    </message>
    <message>
        <source>此处 {} 件</source>
        <translation>{} here</translation>
    </message>
    <message>
        <source>这件事件现在看不到</source>
        <translation>This incident cannot be seen now</translation>
    </message>
    <message>
        <source>可能不在您的范围内</source>
        <translation>It may be outside your area</translation>
    </message>
    <message>
        <source>这件没有坐标</source>
        <translation>This incident has no coordinates</translation>
    </message>
    <message>
        <source>显示它所在的网格</source>
        <translation>Its grid is shown</translation>
    </message>
    <message>
        <source>这件没有坐标也没有网格</source>
        <translation>This incident has neither coordinates nor grid</translation>
    </message>
    <message>
        <source>在值班台受理时定网格</source>
        <translation>Set the grid at the duty desk when accepting</translation>
    </message>
    <message>
        <source>底图里的图块画不出来</source>
        <translation>Tiles of the background map cannot be drawn</translation>
    </message>
    <message>
        <source>不是图片，或已损坏；地图照常使用，请换一份底图</source>
        <translation>They are no pictures, or damaged; the map works as before, choose another background map</translation>
    </message>
</context>
<context>
    <name>MapScreen</name>
    <message>
        <source>正在打开地图…</source>
        <translation>Opening the map…</translation>
    </message>
    <message>
        <source>地图没有打开；其他功能照常，数据没有丢失</source>
        <translation>The map did not open; all else works, no data is lost</translation>
    </message>
</context>
<context>
    <name>MapSide</name>
    <message>
        <source>选中的事件</source>
        <translation>Selected incidents</translation>
    </message>
    <message>
        <source>没有待办事件</source>
        <translation>No open incidents</translation>
    </message>
    <message>
        <source>到值班台看这 {} 件</source>
        <translation>See these {} at the duty desk</translation>
    </message>
    <message>
        <source>另有 {} 件没有坐标也没有网格</source>
        <translation>{} more have neither coordinates nor grid</translation>
    </message>
    <message>
        <source>没有登记网格长</source>
        <translation>No grid head entered</translation>
    </message>
    <message>
        <source>待办 {}</source>
        <translation>{} open</translation>
    </message>
    <message>
        <source>■ 超时 {}</source>
        <translation>■ {} late</translation>
    </message>
    <message>
        <source>没有超时</source>
        <translation>None late</translation>
    </message>
    <message>
        <source>30 天内新到 {}</source>
        <translation>{} new in 30 days</translation>
    </message>
    <message>
        <source>无坐标 {}</source>
        <translation>{} without coordinates</translation>
    </message>
    <message>
        <source>{} 户</source>
        <translation>{} households</translation>
    </message>
</context>
<context>
    <name>MoreList</name>
    <message>
        <source>更多操作</source>
        <translation>More actions</translation>
    </message>
    <message>
        <source>键</source>
        <translation>Key</translation>
    </message>
    <message>
        <source>动作</source>
        <translation>Action</translation>
    </message>
    <message>
        <source>做什么；✕ 为什么不能</source>
        <translation>What it does; ✕ why it cannot</translation>
    </message>
</context>
<context>
    <name>OwnPassword</name>
    <message>
        <source>口令已更换</source>
        <translation>The password is changed</translation>
    </message>
    <message>
        <source>下次登录用新口令</source>
        <translation>Use the new one at the next sign-in</translation>
    </message>
</context>
<context>
    <name>PagedView</name>
    <message>
        <source>正在读取…</source>
        <translation>Reading…</translation>
    </message>
</context>
<context>
    <name>PalettePanel</name>
    <message>
        <source>命令条</source>
        <translation>Command bar</translation>
    </message>
    <message>
        <source>可选的</source>
        <translation>Choices</translation>
    </message>
    <message>
        <source>↑ ↓ 选    Enter 定    Esc 收起</source>
        <translation>↑ ↓ move    Enter take    Esc close</translation>
    </message>
</context>
<context>
    <name>PeersTable</name>
    <message>
        <source>线路</source>
        <translation>Line</translation>
    </message>
    <message>
        <source>时钟</source>
        <translation>Clock</translation>
    </message>
    <message>
        <source>速度</source>
        <translation>Speed</translation>
    </message>
    <message>
        <source>名称</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>角色</source>
        <translation>Roles</translation>
    </message>
    <message>
        <source>上次联系</source>
        <translation>Last contact</translation>
    </message>
    <message>
        <source>待发</source>
        <translation>To send</translation>
    </message>
    <message>
        <source>待取</source>
        <translation>To fetch</translation>
    </message>
    <message>
        <source>待处理</source>
        <translation>Held</translation>
    </message>
    <message>
        <source>和谁交换</source>
        <translation>Whom this station exchanges with</translation>
    </message>
</context>
<context>
    <name>PlacePicker</name>
    <message>
        <source>在地图上点出位置</source>
        <translation>Point out the place on the map</translation>
    </message>
    <message>
        <source>点一下；或方向键移动、+ − 缩放、Enter 定、Esc 返回</source>
        <translation>Click; or arrow keys move, + − zoom, Enter takes it, Esc goes back</translation>
    </message>
    <message>
        <source>不在网格里</source>
        <translation>Not in any grid</translation>
    </message>
    <message>
        <source>还没有指定位置</source>
        <translation>No place chosen yet</translation>
    </message>
    <message>
        <source>还没有指定位置：先用方向键移到那里，或点一下</source>
        <translation>No place chosen yet: move there with the arrow keys, or click</translation>
    </message>
</context>
<context>
    <name>Pointing</name>
    <message>
        <source>地图正在打开…  Esc 返回</source>
        <translation>The map is opening…  Esc back</translation>
    </message>
</context>
<context>
    <name>QrCode</name>
    <message>
        <source>二维码</source>
        <translation>QR code</translation>
    </message>
</context>
<context>
    <name>Queue</name>
    <message>
        <source>查找：</source>
        <translation>Find:</translation>
    </message>
    <message>
        <source>一次最多标记 {} 件，标的是前面的</source>
        <translation>At most {} can be marked at once; the first ones are</translation>
    </message>
    <message>
        <source>事件队列</source>
        <translation>Incident queue</translation>
    </message>
    <message>
        <source>新的在前</source>
        <translation>Newest first</translation>
    </message>
    <message>
        <source>按风险与时限排序</source>
        <translation>By risk and deadline</translation>
    </message>
    <message>
        <source>读取失败</source>
        <translation>Reading failed</translation>
    </message>
    <message>
        <source>数据没有丢失；按 F5 再试</source>
        <translation>No data is lost; press F5 to try again</translation>
    </message>
    <message>
        <source>没有找到</source>
        <translation>Nothing found</translation>
    </message>
    <message>
        <source>按 Esc 清除</source>
        <translation>Esc clears</translation>
    </message>
    <message>
        <source>这里没有待办事件</source>
        <translation>No open work here</translation>
    </message>
    <message>
        <source>按 N 登记新事件，Alt+2 导入工单</source>
        <translation>N enters a new incident, Alt+2 imports orders</translation>
    </message>
    <message>
        <source>已标记 {} 件，按键一起办，Esc 取消</source>
        <translation>{} marked: one key acts on all, Esc clears</translation>
    </message>
    <message>
        <source>上方新到 {} 件 ↑</source>
        <translation>{} new above ↑</translation>
    </message>
</context>
<context>
    <name>SavedViews</name>
    <message>
        <source>已存为视图“{}”</source>
        <translation>Saved as view “{}”</translation>
    </message>
    <message>
        <source>在左侧，Delete 删除</source>
        <translation>At the left; Delete removes it</translation>
    </message>
    <message>
        <source>已删除视图“{}”</source>
        <translation>View “{}” deleted</translation>
    </message>
    <message>
        <source>要找回：{} 打这几个词，再 {}</source>
        <translation>To get it back: {} and type these words, then {}</translation>
    </message>
</context>
<context>
    <name>Seat</name>
    <message>
        <source>当班人员</source>
        <translation>On duty</translation>
    </message>
    <message>
        <source>{}（已不在名单）</source>
        <translation>{} (no longer listed)</translation>
    </message>
    <message>
        <source>应急 {}</source>
        <translation>Emergency {}</translation>
    </message>
</context>
<context>
    <name>SecondPerson</name>
    <message>
        <source>第二人确认  Enter</source>
        <translation>Sign as second  Enter</translation>
    </message>
    <message>
        <source>不办了  Esc</source>
        <translation>Leave it  Esc</translation>
    </message>
    <message>
        <source>口令</source>
        <translation>Password</translation>
    </message>
    <message>
        <source>六位数字</source>
        <translation>Six digits</translation>
    </message>
    <message>
        <source>第二人</source>
        <translation>Second person</translation>
    </message>
    <message>
        <source>动态码</source>
        <translation>Code</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>新催办督办 {} 张</source>
        <translation>{} new urges and cards</translation>
    </message>
</context>
<context>
    <name>SettingsScreen</name>
    <message>
        <source>新到和刚超时的，响一声</source>
        <translation>One sound for new and just late</translation>
    </message>
    <message>
        <source> 像素</source>
        <translation> px</translation>
    </message>
    <message>
        <source>本工位</source>
        <translation>This workstation</translation>
    </message>
    <message>
        <source>主题</source>
        <translation>Theme</translation>
    </message>
    <message>
        <source>F9 也可换</source>
        <translation>F9 also switches</translation>
    </message>
    <message>
        <source>字号</source>
        <translation>Text size</translation>
    </message>
    <message>
        <source>Ctrl+= 放大，Ctrl+- 缩小</source>
        <translation>Ctrl+= larger, Ctrl+- smaller</translation>
    </message>
    <message>
        <source>语言</source>
        <translation>Language</translation>
    </message>
    <message>
        <source>下次打开时生效</source>
        <translation>Takes effect at the next start</translation>
    </message>
    <message>
        <source>提示音</source>
        <translation>Sound</translation>
    </message>
    <message>
        <source>下班时间只报紧急和特急</source>
        <translation>Off hours: urgent and critical only</translation>
    </message>
    <message>
        <source>我的</source>
        <translation>Mine</translation>
    </message>
    <message>
        <source>队列第二行显示</source>
        <translation>Queue, second line shows</translation>
    </message>
    <message>
        <source>各页面恢复原来的宽窄</source>
        <translation>Reset widths on all screens</translation>
    </message>
    <message>
        <source>关于</source>
        <translation>About</translation>
    </message>
    <message>
        <source>站点 {}，数据目录 {}</source>
        <translation>Station {}, data folder {}</translation>
    </message>
    <message>
        <source>各页面已恢复原来的宽窄</source>
        <translation>All pages have their usual widths again</translation>
    </message>
    <message>
        <source>为本室其他席位提供交换</source>
        <translation>Serve the exchange to the other seats of this room</translation>
    </message>
    <message>
        <source>在本室网络上自动寻找</source>
        <translation>Find others on this room&apos;s network</translation>
    </message>
    <message>
        <source>本室组网</source>
        <translation>Network of the room</translation>
    </message>
    <message>
        <source>交换</source>
        <translation>Exchange</translation>
    </message>
    <message>
        <source>区级线路断了，本室各席位照样互通</source>
        <translation>The seats of the room go on exchanging when the district&apos;s line is down</translation>
    </message>
    <message>
        <source>端口</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>各席位不必相同；防火墙要放行</source>
        <translation>It may differ from seat to seat; the firewall must let it through</translation>
    </message>
    <message>
        <source>寻找</source>
        <translation>Search</translation>
    </message>
    <message>
        <source>只用已认识的席位；地址也可由技术员写明</source>
        <translation>Only seats already known are used; a technician may also name addresses</translation>
    </message>
</context>
<context>
    <name>Settling</name>
    <message>
        <source>这件事件没有分歧</source>
        <translation>No dispute on this incident</translation>
    </message>
    <message>
        <source>还有 {} 项分歧</source>
        <translation>{} disputes left</translation>
    </message>
    <message>
        <source>{} 撤销</source>
        <translation>{} takes it back</translation>
    </message>
</context>
<context>
    <name>SideList</name>
    <message>
        <source>队列和筛选</source>
        <translation>Queues and filters</translation>
    </message>
</context>
<context>
    <name>StartWindow</name>
    <message>
        <source>网格指挥台</source>
        <translation>GridDesk</translation>
    </message>
    <message>
        <source>正在打开……</source>
        <translation>Opening…</translation>
    </message>
    <message>
        <source>正在修复……</source>
        <translation>Repairing…</translation>
    </message>
    <message>
        <source>口令</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>修复(&amp;M)</source>
        <translation>Repair (&amp;M)</translation>
    </message>
    <message>
        <source>从备份还原(&amp;R)…</source>
        <translation>&amp;Restore from backup…</translation>
    </message>
    <message>
        <source>返回(&amp;K)</source>
        <translation>Bac&amp;k</translation>
    </message>
    <message>
        <source>退出(&amp;Q)</source>
        <translation>&amp;Quit</translation>
    </message>
    <message>
        <source>中止</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>数据已加密。请值班人员输入口令。</source>
        <translation>The data is encrypted. The person on duty enters the passphrase.</translation>
    </message>
    <message>
        <source>请输入口令</source>
        <translation>Enter the passphrase</translation>
    </message>
    <message>
        <source>打开  Enter</source>
        <translation>Open  Enter</translation>
    </message>
    <message>
        <source>正在生成演示镇……</source>
        <translation>Making the demo town…</translation>
    </message>
    <message>
        <source>大约十几秒。</source>
        <translation>About ten to twenty seconds.</translation>
    </message>
    <message>
        <source>选一个备份。在新机器上要输入纸上的恢复码。现在的数据会另存，不会删除。</source>
        <translation>Choose a backup. A new machine needs the recovery code on paper. The present data is kept, not deleted.</translation>
    </message>
    <message>
        <source>从备份还原</source>
        <translation>Restore from backup</translation>
    </message>
    <message>
        <source>还原并打开</source>
        <translation>Restore and open</translation>
    </message>
    <message>
        <source>正在还原 {} 的备份……</source>
        <translation>Restoring the backup of {}…</translation>
    </message>
    <message>
        <source>已还原</source>
        <translation>Restored</translation>
    </message>
    <message>
        <source>建立演示镇并打开（仅供试看）</source>
        <translation>Make a demo town and open it (to try out only)</translation>
    </message>
    <message>
        <source>重试</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>正在升级数据……</source>
        <translation>Upgrading the data…</translation>
    </message>
    <message>
        <source>数据没有改动，没有丢失。下次打开时再升级。</source>
        <translation>The data is unchanged, nothing is lost. It is upgraded at the next start.</translation>
    </message>
    <message>
        <source>升级已中止</source>
        <translation>Upgrade stopped</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>记录已在本机，没有丢失；升级程序或收到前文后自动显示。</source>
        <translation>The records are on this machine, nothing is lost; they show after an update or when what comes before them arrives.</translation>
    </message>
    <message>
        <source>记录没有丢失，只是显示可能不全。请技术员在“数据与备份”按“重建数据表”。</source>
        <translation>No record is lost, but some may not be shown. A technician should press “Rebuild tables” under “Data and backup”.</translation>
    </message>
    <message>
        <source>▲ 密钥未受系统保护</source>
        <translation>▲ Key not protected by the system</translation>
    </message>
    <message>
        <source>密钥放在仅本人可读的文件里；建议启用系统密钥库或口令。</source>
        <translation>The key lies in a file only you can read; better use the system key store or a passphrase.</translation>
    </message>
    <message>
        <source>F1 按键表</source>
        <translation>F1 keys</translation>
    </message>
    <message>
        <source>程序换了新版本，正按日志重做列表。没有丢失数据，可以照常工作或关闭窗口。</source>
        <translation>The program is a newer version; lists are made anew from the journal. Nothing is lost; work on or close the window.</translation>
    </message>
    <message>
        <source>演示</source>
        <translation>Demo</translation>
    </message>
    <message>
        <source>演示数据：人和事件都是虚构的，没有口令，不能转为正式数据。</source>
        <translation>Demo data: people and incidents are invented, without passwords, and never become real.</translation>
    </message>
</context>
<context>
    <name>StickForm</name>
    <message>
        <source>对方还没有的</source>
        <translation>What the other side lacks</translation>
    </message>
    <message>
        <source>全部</source>
        <translation>Everything</translation>
    </message>
    <message>
        <source>带附件</source>
        <translation>With attachments</translation>
    </message>
    <message>
        <source>例如：线路中断，送区里</source>
        <translation>For example: line down, carried to the district</translation>
    </message>
    <message>
        <source>写给</source>
        <translation>For</translation>
    </message>
    <message>
        <source>写什么</source>
        <translation>What</translation>
    </message>
    <message>
        <source>用途</source>
        <translation>Purpose</translation>
    </message>
</context>
<context>
    <name>StickPanel</name>
    <message>
        <source>U盘交换的结果</source>
        <translation>Results of the exchange by stick</translation>
    </message>
    <message>
        <source>写出“✓ 可以拔出”以后再拔U盘；读文件先看有什么，再收下</source>
        <translation>Unplug the stick only after “✓ May be unplugged”; a file read is shown first, then taken in</translation>
    </message>
    <message>
        <source>▲ 还没有可以写给的工位：请先收下对方的身份卡</source>
        <translation>▲ There is no station to write to yet: accept the other station&apos;s card first</translation>
    </message>
    <message>
        <source>收下这个文件？</source>
        <translation>Take this file in?</translation>
    </message>
    <message>
        <source>已有的不会重复；完好的部分都会收下。</source>
        <translation>What is here already does not come twice; all parts that are whole are taken in.</translation>
    </message>
    <message>
        <source>收下(&amp;T)</source>
        <translation>&amp;Take in</translation>
    </message>
    <message>
        <source>✓ 已记下 {} 有的记录</source>
        <translation>✓ Noted what {} has</translation>
    </message>
    <message>
        <source>✓ 已经认识 {}</source>
        <translation>✓ {} is known already</translation>
    </message>
    <message>
        <source>{}：请打电话，由对方念“本工位指纹”，逐组核对。不一致就不要收。</source>
        <translation>{}: have the other side read out its “fingerprint of this station” on the telephone and compare group by group. Do not accept it if they differ.</translation>
    </message>
    <message>
        <source>指纹一致，收下(&amp;T)</source>
        <translation>Fingerprints agree, accep&amp;t</translation>
    </message>
    <message>
        <source>✓ 已收下 {} 的身份卡</source>
        <translation>✓ Accepted the card of {}</translation>
    </message>
    <message>
        <source>选择文件</source>
        <translation>Choose a file</translation>
    </message>
    <message>
        <source>选择U盘上的目录</source>
        <translation>Choose a folder on the stick</translation>
    </message>
    <message>
        <source>写到U盘(&amp;W)…</source>
        <translation>&amp;Write to stick…</translation>
    </message>
    <message>
        <source>读文件(&amp;R)…</source>
        <translation>&amp;Read a file…</translation>
    </message>
    <message>
        <source>写身份卡(&amp;I)…</source>
        <translation>Write stat&amp;ion card…</translation>
    </message>
    <message>
        <source>写对账卡(&amp;H)…</source>
        <translation>Write card of &amp;heads…</translation>
    </message>
    <message>
        <source>中止(&amp;S)</source>
        <translation>&amp;Stop</translation>
    </message>
    <message>
        <source>✓ 可以拔出：{}</source>
        <translation>✓ May be unplugged: {}</translation>
    </message>
    <message>
        <source>本工位指纹：{}</source>
        <translation>Fingerprint of this station: {}</translation>
    </message>
</context>
<context>
    <name>SyncScreen</name>
    <message>
        <source>同步</source>
        <translation>Sync</translation>
    </message>
    <message>
        <source>立即同步  F5</source>
        <translation>Sync now  F5</translation>
    </message>
    <message>
        <source>● 正为本室其他席位提供交换，端口 {}</source>
        <translation>● Serving the other seats of this room, port {}</translation>
    </message>
    <message>
        <source>没有提供，可在“设置”里打开</source>
        <translation>Not serving; it can be switched on under Settings</translation>
    </message>
    <message>
        <source>U盘交换(&amp;U)…</source>
        <translation>Exchange by &amp;USB stick…</translation>
    </message>
    <message>
        <source>暂停交换(&amp;P)</source>
        <translation>Pause (&amp;P)</translation>
    </message>
    <message>
        <source>再试这一家(&amp;A)</source>
        <translation>Try this one (&amp;A)</translation>
    </message>
    <message>
        <source>登记(&amp;E)…</source>
        <translation>Enrol (&amp;E)…</translation>
    </message>
    <message>
        <source>授权(&amp;G)…</source>
        <translation>Grant (&amp;G)…</translation>
    </message>
    <message>
        <source>复制指纹(&amp;C)</source>
        <translation>Copy fingerprint (&amp;C)</translation>
    </message>
    <message>
        <source>继续交换(&amp;P)</source>
        <translation>Go on (&amp;P)</translation>
    </message>
    <message>
        <source>本室服务：{}</source>
        <translation>Serving the room: {}</translation>
    </message>
    <message>
        <source>&#x3000;待处理 {} 条（升级程序或收到前文后自动显示）</source>
        <translation>&#x3000;Held: {} (shown after an update, or when what goes before has come)</translation>
    </message>
    <message>
        <source>正在连 {}</source>
        <translation>Connecting to {}</translation>
    </message>
    <message>
        <source>这一家没有线路</source>
        <translation>There is no line to this one</translation>
    </message>
    <message>
        <source>未登记的先登记；或用U盘交换</source>
        <translation>Enrol first where that was not done; or exchange by stick</translation>
    </message>
    <message>
        <source>指纹已复制</source>
        <translation>Fingerprint copied</translation>
    </message>
    <message>
        <source>先选一个工位</source>
        <translation>Choose a station first</translation>
    </message>
    <message>
        <source>光标放在它那一行，再按授权</source>
        <translation>Put the cursor on its row, then grant</translation>
    </message>
    <message>
        <source>授权 {} 看来电人：请打电话，由对方念“本工位”的指纹，逐组核对。不一致就不要授权。</source>
        <translation>Let {} read who called: call them, let them read out the fingerprint of their own station, compare group by group. Do not grant where they differ.</translation>
    </message>
    <message>
        <source>指纹一致，授权(&amp;T)</source>
        <translation>The same: grant (&amp;T)</translation>
    </message>
    <message>
        <source>已授权 {}</source>
        <translation>Granted to {}</translation>
    </message>
    <message>
        <source>下次同步后生效</source>
        <translation>From the next exchange on</translation>
    </message>
    <message>
        <source>▲ 本机时间比{}快 {} 分</source>
        <translation>▲ The clock here is ahead of {} by {} min</translation>
    </message>
    <message>
        <source>▲ 本机时间比{}慢 {} 分</source>
        <translation>▲ The clock here is behind {} by {} min</translation>
    </message>
    <message>
        <source>：请核对本机时间，不对的告诉技术员。不影响干活。</source>
        <translation>: check the time here; if it is wrong tell the technician. Work goes on.</translation>
    </message>
</context>
<context>
    <name>TakingBack</name>
    <message>
        <source>没有可以撤销的决定</source>
        <translation>No decision to undo</translation>
    </message>
    <message>
        <source>只能撤销本次坐下以后办的</source>
        <translation>Only what was done since you sat down can be undone</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>经过里记着撤销</source>
        <translation>The undo is kept in the history</translation>
    </message>
</context>
<context>
    <name>TriageScreen</name>
    <message>
        <source>这一件已不在当前列表里，没有受理</source>
        <translation>This incident has left the list; it was not accepted</translation>
    </message>
    <message>
        <source>没有提交的内容已留着</source>
        <translation>What was not submitted is kept</translation>
    </message>
    <message>
        <source>再按同一个键接着填</source>
        <translation>Press the same key to go on filling in</translation>
    </message>
    <message>
        <source>已换人，没有确认的内容为上一位留着</source>
        <translation>Somebody else sits here; what was not confirmed is kept for the one before</translation>
    </message>
</context>
<context>
    <name>Units</name>
    <message>
        <source>正在读取…</source>
        <translation>Reading…</translation>
    </message>
    <message>
        <source>没有单位</source>
        <translation>No units</translation>
    </message>
    <message>
        <source>请技术员核对单位清单</source>
        <translation>A technician should check the unit list</translation>
    </message>
    <message>
        <source>读取失败</source>
        <translation>Reading failed</translation>
    </message>
    <message>
        <source>数据没有丢失；按 F5 再试</source>
        <translation>No data is lost; press F5 to try again</translation>
    </message>
</context>
<context>
    <name>Waiting</name>
    <message>
        <source>待分流和在办</source>
        <translation>To dispatch and in hand</translation>
    </message>
    <message>
        <source>没有要调度的事件</source>
        <translation>No incident to dispatch</translation>
    </message>
    <message>
        <source>受理以后就出现在这里</source>
        <translation>They appear here once accepted</translation>
    </message>
    <message>
        <source>读取失败</source>
        <translation>Reading failed</translation>
    </message>
    <message>
        <source>数据没有丢失；按 F5 再试</source>
        <translation>No data is lost; press F5 to try again</translation>
    </message>
</context>
<context>
    <name>WallBoard</name>
    <message>
        <source>正在读取…</source>
        <translation>Reading…</translation>
    </message>
    <message>
        <source>态势</source>
        <translation>Situation</translation>
    </message>
    <message>
        <source>最急的</source>
        <translation>Most urgent</translation>
    </message>
    <message>
        <source>没有待办事件</source>
        <translation>No open incidents</translation>
    </message>
</context>
<context>
    <name>WallWindow</name>
    <message>
        <source>态势大屏</source>
        <translation>Situation wall</translation>
    </message>
    <message>
        <source>读取失败，显示的是之前的数</source>
        <translation>Reading failed; the earlier counts are shown</translation>
    </message>
    <message>
        <source>态势地图</source>
        <translation>Situation map</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>1 到 9：交给推荐的第几家，再按 Enter</source>
        <translation>1 to 9: to that recommended unit, then Enter</translation>
    </message>
    <message>
        <source>12345 工单超过 {limit} 个工作日，退不回去了</source>
        <translation>The 12345 order is over {limit} working days old and can no longer be returned</translation>
    </message>
    <message>
        <source>30 天内新到</source>
        <translation>New in 30 days</translation>
    </message>
    <message>
        <source>: 兴禾</source>
        <translation>: Xinghe</translation>
    </message>
    <message>
        <source>&gt; 督办</source>
        <translation>&gt; supervise</translation>
    </message>
    <message>
        <source>@ 城管</source>
        <translation>@ enforcement</translation>
    </message>
    <message>
        <source>BD-09（百度地图）</source>
        <translation>BD-09 (Baidu Map)</translation>
    </message>
    <message>
        <source>GCJ-02（高德、腾讯等）</source>
        <translation>GCJ-02 (Amap, Tencent and others)</translation>
    </message>
    <message>
        <source>I 级 红</source>
        <translation>Level I red</translation>
    </message>
    <message>
        <source>II 级 橙</source>
        <translation>Level II orange</translation>
    </message>
    <message>
        <source>III 级 黄</source>
        <translation>Level III yellow</translation>
    </message>
    <message>
        <source>IV 级 蓝</source>
        <translation>Level IV blue</translation>
    </message>
    <message>
        <source>WGS-84 / CGCS2000（测绘、GPS）</source>
        <translation>WGS-84 / CGCS2000 (survey, GPS)</translation>
    </message>
    <message>
        <source>griddesk response list 列出启动过的响应和名称。没有改动任何东西。</source>
        <translation>griddesk response list shows the responses started and their names. Nothing was changed.</translation>
    </message>
    <message>
        <source>{count} 个名称会改：{value}</source>
        <translation>{count} names will change: {value}</translation>
    </message>
    <message>
        <source>{count} 个编码本机没有，按新增处理：{value}</source>
        <translation>{count} codes unknown here, taken as new: {value}</translation>
    </message>
    <message>
        <source>{count} 个边界是顺时针画的，已改为逆时针</source>
        <translation>{count} boundaries drawn clockwise, turned counter-clockwise</translation>
    </message>
    <message>
        <source>{kind}清单有 {count} 处错误，没有发布</source>
        <translation>{kind} list: {count} errors, not published</translation>
    </message>
    <message>
        <source>{kind}清单没有版本 {value}</source>
        <translation>{kind} list has no version {value}</translation>
    </message>
    <message>
        <source>{name} 不是派出的人，不能撤回</source>
        <translation>{name} did not dispatch this and cannot recall it</translation>
    </message>
    <message>
        <source>{name} 不能{action}{level}一级的事件</source>
        <translation>{name} may not do this at {level} level: {action}</translation>
    </message>
    <message>
        <source>{name} 不能启动或结束这一级响应</source>
        <translation>{name} may not start or end a response of this level</translation>
    </message>
    <message>
        <source>{name} 不能审批自己的申请</source>
        <translation>{name} may not decide their own request</translation>
    </message>
    <message>
        <source>{name} 已经认领，从 {since} 起</source>
        <translation>{name} has claimed this, since {since}</translation>
    </message>
    <message>
        <source>{name} 没有{action}的权限</source>
        <translation>{name} has no right to: {action}</translation>
    </message>
    <message>
        <source>{name} 没有查看来电人的权限</source>
        <translation>{name} has no right to see the caller</translation>
    </message>
    <message>
        <source>{name} 没有认领这一件</source>
        <translation>{name} has not claimed this</translation>
    </message>
    <message>
        <source>{url} 不是登记时的那个服务</source>
        <translation>{url} is not the service enrolled with</translation>
    </message>
    <message>
        <source>{value} {name} 没有边界</source>
        <translation>{value} {name} has no boundary</translation>
    </message>
    <message>
        <source>{value} 下面的边界没能互相比较</source>
        <translation>The boundaries below {value} could not be compared</translation>
    </message>
    <message>
        <source>{value} 不在原来的区划里面</source>
        <translation>{value} is not within its former division</translation>
    </message>
    <message>
        <source>{value} 不在清单里了，别的清单还用到它</source>
        <translation>{value} has left the list, other lists still use it</translation>
    </message>
    <message>
        <source>{value} 不在这个服务的范围内</source>
        <translation>{value} is outside the area of this service</translation>
    </message>
    <message>
        <source>{value} 与第 {first} 个重复</source>
        <translation>{value} is the same as no. {first}</translation>
    </message>
    <message>
        <source>{value} 后来有了新的一步：{name}，{kind}，不能再撤销</source>
        <translation>{value} has a newer step: {name}, {kind}; it can no longer be undone</translation>
    </message>
    <message>
        <source>{value} 太大，派出去没有人认领。</source>
        <translation>{value} is too large; nobody would take it on.</translation>
    </message>
    <message>
        <source>{value} 已经打印过，不能再撤销</source>
        <translation>{value} has been printed and can no longer be undone</translation>
    </message>
    <message>
        <source>{value} 是“{state}”，不能并到它</source>
        <translation>{value} is “{state}”, nothing can be merged into it</translation>
    </message>
    <message>
        <source>{value} 有几块，只留最大的一块</source>
        <translation>{value} has several parts; only the largest is kept</translation>
    </message>
    <message>
        <source>{value} 没有上级 {parent}</source>
        <translation>{value} lacks its parent {parent}</translation>
    </message>
    <message>
        <source>{value} 没有全镇的责任单位</source>
        <translation>{value} has no responsible unit for the whole town</translation>
    </message>
    <message>
        <source>{value} 的边界点从 {corners} 个减到 {kept} 个</source>
        <translation>{value}: boundary points reduced from {corners} to {kept}</translation>
    </message>
    <message>
        <source>{value} 里面的 {count} 个洞没有收进来</source>
        <translation>{value}: {count} holes inside were not taken in</translation>
    </message>
    <message>
        <source>{value}不在{level}的上面</source>
        <translation>{value} is not above {level}</translation>
    </message>
    <message>
        <source>{year} 年没有一个休息日</source>
        <translation>{year} has no day off at all</translation>
    </message>
    <message>
        <source>“{column}”不是日期：{value}</source>
        <translation>“{column}” is not a date: {value}</translation>
    </message>
    <message>
        <source>“{column}”不是时间：{value}</source>
        <translation>“{column}” is not a time: {value}</translation>
    </message>
    <message>
        <source>“{column}”不是经纬度：{value}</source>
        <translation>“{column}” is not a coordinate: {value}</translation>
    </message>
    <message>
        <source>“{column}”不能为空</source>
        <translation>“{column}” cannot be empty</translation>
    </message>
    <message>
        <source>“{column}”不能是 {value}</source>
        <translation>“{column}” cannot be {value}</translation>
    </message>
    <message>
        <source>“{column}”刚刚又来了一种说法</source>
        <translation>“{column}” has just got another version</translation>
    </message>
    <message>
        <source>“{column}”只能在列出的说法里选</source>
        <translation>“{column}” must be one of the versions listed</translation>
    </message>
    <message>
        <source>“{column}”指的 {value} 不存在</source>
        <translation>“{column}” names {value}, which does not exist</translation>
    </message>
    <message>
        <source>“{column}”是证件号，不导入</source>
        <translation>“{column}” is an ID number and is not imported</translation>
    </message>
    <message>
        <source>“{column}”没有分歧，或已经有人定了</source>
        <translation>“{column}” has no dispute, or it is settled already</translation>
    </message>
    <message>
        <source>“{column}”要是 1 到 10000 的整数</source>
        <translation>“{column}” must be a whole number from 1 to 10000</translation>
    </message>
    <message>
        <source>“{column}”要是不带符号的整数：{value}</source>
        <translation>“{column}” must be a whole number without sign: {value}</translation>
    </message>
    <message>
        <source>“{column}”超过 {limit} 字</source>
        <translation>“{column}” is over {limit} characters</translation>
    </message>
    <message>
        <source>“{column}”这一列用不上</source>
        <translation>Column “{column}” is not used</translation>
    </message>
    <message>
        <source>“{column}”里有证件号</source>
        <translation>“{column}” contains an ID number</translation>
    </message>
    <message>
        <source>“{column}”里有身份证号</source>
        <translation>“{column}” contains an ID-card number</translation>
    </message>
    <message>
        <source>“{file}”不是 GeoJSON 文件</source>
        <translation>“{file}” is not a GeoJSON file</translation>
    </message>
    <message>
        <source>“{file}”不是 MBTiles 底图，或已损坏</source>
        <translation>“{file}” is not an MBTiles base map, or is damaged</translation>
    </message>
    <message>
        <source>“{file}”不是文本表格</source>
        <translation>“{file}” is not a text table</translation>
    </message>
    <message>
        <source>“{file}”不是表格文件</source>
        <translation>“{file}” is not a table file</translation>
    </message>
    <message>
        <source>“{file}”不能作为附件</source>
        <translation>“{file}” cannot be an attachment</translation>
    </message>
    <message>
        <source>“{file}”其实是网页</source>
        <translation>“{file}” is really a web page</translation>
    </message>
    <message>
        <source>“{file}”已损坏</source>
        <translation>“{file}” is damaged</translation>
    </message>
    <message>
        <source>“{file}”已经在这件事件里了</source>
        <translation>“{file}” is already in this incident</translation>
    </message>
    <message>
        <source>“{file}”是旧版 .xls 文件</source>
        <translation>“{file}” is an old .xls file</translation>
    </message>
    <message>
        <source>“{file}”是空文件</source>
        <translation>“{file}” is empty</translation>
    </message>
    <message>
        <source>“{file}”是空文件，没有加入</source>
        <translation>“{file}” is empty and was not added</translation>
    </message>
    <message>
        <source>“{file}”有密码</source>
        <translation>“{file}” has a password</translation>
    </message>
    <message>
        <source>“{file}”的列与列名错位，没有导入</source>
        <translation>“{file}”: columns do not line up with their names, not imported</translation>
    </message>
    <message>
        <source>“{file}”的头一行里没有“{column}”</source>
        <translation>“{file}” has no “{column}” in its first row</translation>
    </message>
    <message>
        <source>“{file}”的表都选择了不导入</source>
        <translation>“{file}”: all sheets were left out of the import</translation>
    </message>
    <message>
        <source>“{file}”的边界点超过 {limit} 个</source>
        <translation>“{file}” has over {limit} boundary points</translation>
    </message>
    <message>
        <source>“{file}”解压后过大，已拒绝打开</source>
        <translation>“{file}” unpacks too large and was not opened</translation>
    </message>
    <message>
        <source>“{file}”超过 64 MB</source>
        <translation>“{file}” is over 64 MB</translation>
    </message>
    <message>
        <source>“{file}”超过 {limit} MB</source>
        <translation>“{file}” is over {limit} MB</translation>
    </message>
    <message>
        <source>“{file}”超过 {limit} MB，没有加入</source>
        <translation>“{file}” is over {limit} MB and was not added</translation>
    </message>
    <message>
        <source>“{file}”里标好分类的只有 {count} 条，不够分成 {folds} 份</source>
        <translation>“{file}” has only {count} rows with a class, too few for {folds} parts</translation>
    </message>
    <message>
        <source>“{file}”里没有内容</source>
        <translation>“{file}” has no content</translation>
    </message>
    <message>
        <source>“{file}”里没有受理时间列</source>
        <translation>“{file}” has no column for the time accepted</translation>
    </message>
    <message>
        <source>“{file}”里没有图形</source>
        <translation>“{file}” has no shapes</translation>
    </message>
    <message>
        <source>“{file}”里没有工单列表</source>
        <translation>“{file}” has no list of orders</translation>
    </message>
    <message>
        <source>“{file}”里的不是图片（{value}）</source>
        <translation>“{file}” does not hold pictures ({value})</translation>
    </message>
    <message>
        <source>“{file}”里的图形超过 {limit} 个</source>
        <translation>“{file}” has over {limit} shapes</translation>
    </message>
    <message>
        <source>“{sheet}”没有第 {column} 列</source>
        <translation>“{sheet}” has no column {column}</translation>
    </message>
    <message>
        <source>“{sheet}”的列名与所选对应方式不符</source>
        <translation>“{sheet}”: the column names do not fit the chosen mapping</translation>
    </message>
    <message>
        <source>“{sheet}”第 {row} 行超过 256 列</source>
        <translation>“{sheet}” row {row} is over 256 columns</translation>
    </message>
    <message>
        <source>“{sheet}”超过 20 万行</source>
        <translation>“{sheet}” is over 200,000 rows</translation>
    </message>
    <message>
        <source>“{state}”的事件不能{action}</source>
        <translation>Not possible while “{state}”: {action}</translation>
    </message>
    <message>
        <source>“{value}”是最后一步，随反馈一起登记</source>
        <translation>“{value}” is the last step, entered with the report back</translation>
    </message>
    <message>
        <source>“{view}”里没有安排状态“{state}”</source>
        <translation>“{view}” has no place for state “{state}”</translation>
    </message>
    <message>
        <source>≠分歧</source>
        <translation>≠ Dispute</translation>
    </message>
    <message>
        <source>▲ {} 个附件没有备份到，其余已还原。</source>
        <translation>▲ {} attachments were not in the backup; the rest is restored.</translation>
    </message>
    <message>
        <source>▲ {} 个附件没有备份到，其余能还原。</source>
        <translation>▲ {} attachments are not in the backup; the rest can be restored.</translation>
    </message>
    <message>
        <source>▲ 本机时间偏早</source>
        <translation>▲ This machine&apos;s clock is slow</translation>
    </message>
    <message>
        <source>▲ 本机时间偏晚</source>
        <translation>▲ This machine&apos;s clock is fast</translation>
    </message>
    <message>
        <source>一年内新到</source>
        <translation>New in a year</translation>
    </message>
    <message>
        <source>一般</source>
        <translation>Normal</translation>
    </message>
    <message>
        <source>一般事件不能越级报到{value}</source>
        <translation>A normal incident cannot skip a level to {value}</translation>
    </message>
    <message>
        <source>一般事件越级上报，等人批准</source>
        <translation>Escalate a normal incident past a level, with approval</translation>
    </message>
    <message>
        <source>三种坐标系都对不上；请核对是不是本镇街、是不是经纬度。</source>
        <translation>None of the three coordinate systems fits; check that it is this town and that it is longitude and latitude.</translation>
    </message>
    <message>
        <source>上一件</source>
        <translation>Previous</translation>
    </message>
    <message>
        <source>上报</source>
        <translation>Report</translation>
    </message>
    <message>
        <source>上报上级</source>
        <translation>Escalate</translation>
    </message>
    <message>
        <source>上报人</source>
        <translation>Reporter</translation>
    </message>
    <message>
        <source>上报时间</source>
        <translation>Reported at</translation>
    </message>
    <message>
        <source>上报时间列里多半不是时间，请核对文件或在下表改正。</source>
        <translation>The reported-at column holds mostly no times; check the file or correct it in the table below.</translation>
    </message>
    <message>
        <source>下一件</source>
        <translation>Next</translation>
    </message>
    <message>
        <source>下派</source>
        <translation>Send down</translation>
    </message>
    <message>
        <source>不予受理</source>
        <translation>Reject</translation>
    </message>
    <message>
        <source>不会覆盖。请换一个目录（GRIDDESK_HOME）。</source>
        <translation>Nothing is overwritten. Choose another folder (GRIDDESK_HOME).</translation>
    </message>
    <message>
        <source>不像</source>
        <translation>Not alike</translation>
    </message>
    <message>
        <source>不受理，写明答复</source>
        <translation>Not taken in, with a written reply</translation>
    </message>
    <message>
        <source>不在本单位管辖范围</source>
        <translation>Outside this unit&apos;s area</translation>
    </message>
    <message>
        <source>不在本辖区</source>
        <translation>Not in this area</translation>
    </message>
    <message>
        <source>不属受理范围</source>
        <translation>Not of a kind taken in</translation>
    </message>
    <message>
        <source>不属实</source>
        <translation>Not true</translation>
    </message>
    <message>
        <source>不属本单位职责</source>
        <translation>Not this unit&apos;s duty</translation>
    </message>
    <message>
        <source>不影响使用。</source>
        <translation>It does no harm.</translation>
    </message>
    <message>
        <source>不想改的，把名称属性选成空的。</source>
        <translation>To change none, set the name property to empty.</translation>
    </message>
    <message>
        <source>不是一个图形</source>
        <translation>Not a shape</translation>
    </message>
    <message>
        <source>不是面（{value}）</source>
        <translation>Not a polygon ({value})</translation>
    </message>
    <message>
        <source>不满意</source>
        <translation>Dissatisfied</translation>
    </message>
    <message>
        <source>不能代其他单位办理</source>
        <translation>You cannot act for another unit</translation>
    </message>
    <message>
        <source>不能并到自己</source>
        <translation>Cannot be merged into itself</translation>
    </message>
    <message>
        <source>不能授权给本工位自己</source>
        <translation>This workstation cannot grant to itself</translation>
    </message>
    <message>
        <source>不认识的列名，不导入</source>
        <translation>Unknown column name, not imported</translation>
    </message>
    <message>
        <source>不足三个不同的点，围不成面</source>
        <translation>Fewer than three different points enclose no area</translation>
    </message>
    <message>
        <source>与生效的{kind}清单相同，没有发布</source>
        <translation>Same as the {kind} list in force, not published</translation>
    </message>
    <message>
        <source>与第 {first} 行重复</source>
        <translation>Same as row {first}</translation>
    </message>
    <message>
        <source>两份都已保留，下次交换自动处理。反复出现时，请技术员核对站点是否被复制。</source>
        <translation>Both are kept; the next exchange settles it. If it recurs, a technician should check whether the station was copied.</translation>
    </message>
    <message>
        <source>两台相同的机器各登记过一件，都在。命令里请改用内部编号：{found}；窗口里请从列表里选。</source>
        <translation>Two identical machines each entered one; both exist. In commands use the inner number: {found}; in the window choose from the list.</translation>
    </message>
    <message>
        <source>两处说法不一：定一个</source>
        <translation>Two versions differ: settle on one</translation>
    </message>
    <message>
        <source>两者至少填一个，才能派得出去。</source>
        <translation>Fill in at least one, so that it can be dispatched.</translation>
    </message>
    <message>
        <source>中文</source>
        <translation>Chinese</translation>
    </message>
    <message>
        <source>中秋节</source>
        <translation>Mid-autumn Festival</translation>
    </message>
    <message>
        <source>为什么</source>
        <translation>Why</translation>
    </message>
    <message>
        <source>为什么办不了</source>
        <translation>Why it cannot be done here</translation>
    </message>
    <message>
        <source>为什么撤下</source>
        <translation>Why withdrawn</translation>
    </message>
    <message>
        <source>为什么重办</source>
        <translation>Why reopened</translation>
    </message>
    <message>
        <source>为免吞掉后面的工单，整个文件未导入。</source>
        <translation>To lose none of the orders after it, the whole file was not imported.</translation>
    </message>
    <message>
        <source>主件结案后移出，等人批准</source>
        <translation>Take out after the lead incident closed, with approval</translation>
    </message>
    <message>
        <source>主办</source>
        <translation>Lead</translation>
    </message>
    <message>
        <source>主办单位</source>
        <translation>Lead unit</translation>
    </message>
    <message>
        <source>主办单位不能撤下</source>
        <translation>The lead unit cannot be withdrawn</translation>
    </message>
    <message>
        <source>主办或协办</source>
        <translation>Lead or co-unit</translation>
    </message>
    <message>
        <source>主办空着的，各按权责清单的第一建议；没有建议的不分流。</source>
        <translation>Where the lead is empty, the first suggestion of the responsibility list is taken; without one nothing is dispatched.</translation>
    </message>
    <message>
        <source>之前保存的没有丢失。请尽快联系技术员。</source>
        <translation>What was saved before is not lost. Call a technician soon.</translation>
    </message>
    <message>
        <source>之前保存的没有丢失。请清理磁盘后再试一次。</source>
        <translation>What was saved before is not lost. Free some disk space and try again.</translation>
    </message>
    <message>
        <source>之前保存的没有丢失。请联系技术员。</source>
        <translation>What was saved before is not lost. Call a technician.</translation>
    </message>
    <message>
        <source>也可用 ↑</source>
        <translation>or ↑</translation>
    </message>
    <message>
        <source>也可用 ↓</source>
        <translation>or ↓</translation>
    </message>
    <message>
        <source>事件</source>
        <translation>Incident</translation>
    </message>
    <message>
        <source>事件 {value} 没有这个附件</source>
        <translation>Incident {value} has no such attachment</translation>
    </message>
    <message>
        <source>事件 {value} 的显示可能有误，先不能办理</source>
        <translation>Incident {value} may be shown wrongly; do not work on it yet</translation>
    </message>
    <message>
        <source>事由不清</source>
        <translation>Matter unclear</translation>
    </message>
    <message>
        <source>事项分类</source>
        <translation>Class of matter</translation>
    </message>
    <message>
        <source>五级闭环</source>
        <translation>Five-level loop</translation>
    </message>
    <message>
        <source>交下一级办</source>
        <translation>To the next level down</translation>
    </message>
    <message>
        <source>交代什么</source>
        <translation>What to pass on</translation>
    </message>
    <message>
        <source>交办给单位</source>
        <translation>Dispatch to the unit</translation>
    </message>
    <message>
        <source>交办要求</source>
        <translation>Dispatch request</translation>
    </message>
    <message>
        <source>交办超过 {limit} 个工作日，不能退单</source>
        <translation>Dispatched over {limit} working days ago; it can no longer be refused</translation>
    </message>
    <message>
        <source>交换会话已过期</source>
        <translation>The exchange session has expired</translation>
    </message>
    <message>
        <source>交换已中止</source>
        <translation>Exchange stopped</translation>
    </message>
    <message>
        <source>交换服务</source>
        <translation>Exchange hub</translation>
    </message>
    <message>
        <source>交换服务不认识本站点</source>
        <translation>The hub does not know this station</translation>
    </message>
    <message>
        <source>交换服务出错（{status}）</source>
        <translation>The hub failed ({status})</translation>
    </message>
    <message>
        <source>交换服务拒绝（{status} {found}）</source>
        <translation>The hub refused ({status} {found})</translation>
    </message>
    <message>
        <source>交换服务正忙</source>
        <translation>The hub is busy</translation>
    </message>
    <message>
        <source>交换服务比本机知道得更多</source>
        <translation>The hub knows more than this machine</translation>
    </message>
    <message>
        <source>交换服务没有回答：{url}</source>
        <translation>The hub did not answer: {url}</translation>
    </message>
    <message>
        <source>交换服务的协议不同（{found}）</source>
        <translation>The hub speaks another protocol ({found})</translation>
    </message>
    <message>
        <source>交换服务的回答不对</source>
        <translation>The hub&apos;s answer makes no sense</translation>
    </message>
    <message>
        <source>交换服务的证书不受信任</source>
        <translation>The hub&apos;s certificate is not trusted</translation>
    </message>
    <message>
        <source>交换服务磁盘已满</source>
        <translation>The hub&apos;s disk is full</translation>
    </message>
    <message>
        <source>交核实</source>
        <translation>Ask to verify</translation>
    </message>
    <message>
        <source>什么都没有改动。数据在另一块磁盘上的，请先接好；以前用过的，请从备份还原（griddesk restore）；新装的，用 griddesk init 建立。</source>
        <translation>Nothing was changed. If the data is on another disk, connect it first; if it was used before, restore from a backup (griddesk restore); if it is new, make it with griddesk init.</translation>
    </message>
    <message>
        <source>今天新到</source>
        <translation>New today</translation>
    </message>
    <message>
        <source>从并入的那件移出来</source>
        <translation>Take it out of the one it was merged into</translation>
    </message>
    <message>
        <source>代 {unit} 办理时，要记下是谁在电话里确认的。</source>
        <translation>Acting for {unit}, note who confirmed it by phone.</translation>
    </message>
    <message>
        <source>代码</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>代码 {value} 应以 {prefix} 开头</source>
        <translation>Code {value} must start with {prefix}</translation>
    </message>
    <message>
        <source>以前的备份都留着，没有清理。请停止录入，先修复（griddesk repair）。</source>
        <translation>All earlier backups are kept, none was cleared. Stop entering and repair first (griddesk repair).</translation>
    </message>
    <message>
        <source>休息</source>
        <translation>Day off</translation>
    </message>
    <message>
        <source>位置</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>作废</source>
        <translation>Void</translation>
    </message>
    <message>
        <source>供</source>
        <translation>U</translation>
    </message>
    <message>
        <source>依据</source>
        <translation>Basis</translation>
    </message>
    <message>
        <source>保密</source>
        <translation>Confidential</translation>
    </message>
    <message>
        <source>值</source>
        <translation>Value</translation>
    </message>
    <message>
        <source>值班台</source>
        <translation>Duty desk</translation>
    </message>
    <message>
        <source>值班员</source>
        <translation>Duty officer</translation>
    </message>
    <message>
        <source>值班长</source>
        <translation>Shift leader</translation>
    </message>
    <message>
        <source>做了什么</source>
        <translation>What was done</translation>
    </message>
    <message>
        <source>催办</source>
        <translation>Urge</translation>
    </message>
    <message>
        <source>催办，黄牌、红牌、黑牌</source>
        <translation>Urge; yellow, red, black card</translation>
    </message>
    <message>
        <source>元旦</source>
        <translation>New Year&apos;s Day</translation>
    </message>
    <message>
        <source>光标上的单位：电话、联络顺序、指令</source>
        <translation>The unit under the cursor: phone, call order, instructions</translation>
    </message>
    <message>
        <source>全部</source>
        <translation>All</translation>
    </message>
    <message>
        <source>全部、待分流、在办</source>
        <translation>All, to dispatch, in hand</translation>
    </message>
    <message>
        <source>全部事件</source>
        <translation>All incidents</translation>
    </message>
    <message>
        <source>全部动作，和为什么不能</source>
        <translation>All actions, and why not</translation>
    </message>
    <message>
        <source>全部年份</source>
        <translation>All years</translation>
    </message>
    <message>
        <source>全部年份里没有符合这些条件的；请清除条件，或减少字词</source>
        <translation>Nothing in all years fits these conditions; clear some, or use fewer words</translation>
    </message>
    <message>
        <source>全部标记</source>
        <translation>Mark all</translation>
    </message>
    <message>
        <source>全镇</source>
        <translation>Whole town</translation>
    </message>
    <message>
        <source>公开答复</source>
        <translation>Public reply</translation>
    </message>
    <message>
        <source>共 {square_metres} 平方米，图上按填满显示。</source>
        <translation>{square_metres} m² in all; the map shows it filled.</translation>
    </message>
    <message>
        <source>共享（{kind}）上可能损坏数据，所以不在那里打开；什么都没有改动。请放到本机磁盘，工位之间用同步。</source>
        <translation>On a share ({kind}) data may be damaged, so it was not opened there; nothing was changed. Put it on a local disk and use sync between workstations.</translation>
    </message>
    <message>
        <source>关键词</source>
        <translation>Keyword</translation>
    </message>
    <message>
        <source>关闭、清除查找、回到列表</source>
        <translation>Close, clear the search, back to the list</translation>
    </message>
    <message>
        <source>其他</source>
        <translation>Other</translation>
    </message>
    <message>
        <source>其他记录照常交换。请联系技术员。</source>
        <translation>Other records are exchanged as usual. Call a technician.</translation>
    </message>
    <message>
        <source>养</source>
        <translation>C</translation>
    </message>
    <message>
        <source>内容</source>
        <translation>Content</translation>
    </message>
    <message>
        <source>内容不符，不采用</source>
        <translation>Content does not match, not accepted</translation>
    </message>
    <message>
        <source>内容不足 5 个字：{value}</source>
        <translation>Content is under 5 characters: {value}</translation>
    </message>
    <message>
        <source>内容举例</source>
        <translation>Sample content</translation>
    </message>
    <message>
        <source>内容太大，没有保存</source>
        <translation>Too much content, not saved</translation>
    </message>
    <message>
        <source>内容太短</source>
        <translation>Content too short</translation>
    </message>
    <message>
        <source>内容超过服务的限额（{limit}）</source>
        <translation>Content is over the service&apos;s limit ({limit})</translation>
    </message>
    <message>
        <source>内部</source>
        <translation>Internal</translation>
    </message>
    <message>
        <source>再加一家协办单位</source>
        <translation>Add one more co-unit</translation>
    </message>
    <message>
        <source>写不进去：{path}</source>
        <translation>Cannot be written: {path}</translation>
    </message>
    <message>
        <source>写卡点</source>
        <translation>Note blocker</translation>
    </message>
    <message>
        <source>写明卡在哪里，空着是消除</source>
        <translation>Say what blocks it; empty clears it</translation>
    </message>
    <message>
        <source>分步时限的一步办完了</source>
        <translation>One step of a limit in steps is done</translation>
    </message>
    <message>
        <source>分歧</source>
        <translation>Dispute</translation>
    </message>
    <message>
        <source>分流</source>
        <translation>Dispatch</translation>
    </message>
    <message>
        <source>分流交办</source>
        <translation>Dispatch</translation>
    </message>
    <message>
        <source>分流以后改类，等人批准</source>
        <translation>Reclassify after dispatch, with approval</translation>
    </message>
    <message>
        <source>分流员</source>
        <translation>Dispatcher</translation>
    </message>
    <message>
        <source>分类</source>
        <translation>Class</translation>
    </message>
    <message>
        <source>分类、网格空着的，各按原来登记的；没有登记的不受理。</source>
        <translation>Where class or grid is empty, the one entered before stays; without one it is not accepted.</translation>
    </message>
    <message>
        <source>分类和紧急程度没有变</source>
        <translation>Class and urgency did not change</translation>
    </message>
    <message>
        <source>分钟</source>
        <translation>minutes</translation>
    </message>
    <message>
        <source>列</source>
        <translation>Column</translation>
    </message>
    <message>
        <source>列与列名错位</source>
        <translation>Columns do not line up with their names</translation>
    </message>
    <message>
        <source>到值班台</source>
        <translation>To the duty desk</translation>
    </message>
    <message>
        <source>到值班台看这一件</source>
        <translation>To this one at the duty desk</translation>
    </message>
    <message>
        <source>到同步</source>
        <translation>To sync</translation>
    </message>
    <message>
        <source>到地图：事件、网格、重点场所、队伍</source>
        <translation>To the map: incidents, grids, key places, teams</translation>
    </message>
    <message>
        <source>到导入</source>
        <translation>To import</translation>
    </message>
    <message>
        <source>到报表</source>
        <translation>To reports</translation>
    </message>
    <message>
        <source>到数据与备份</source>
        <translation>To data and backup</translation>
    </message>
    <message>
        <source>到查询：全部年份的事件</source>
        <translation>To search: incidents of all years</translation>
    </message>
    <message>
        <source>到清单：查看、检查、发布</source>
        <translation>To lists: see, check, publish</translation>
    </message>
    <message>
        <source>到设置：主题、字号、语言、提示音</source>
        <translation>To settings: theme, text size, language, sound</translation>
    </message>
    <message>
        <source>到调度台：单位和手上的事</source>
        <translation>To the dispatch board: units and what they hold</translation>
    </message>
    <message>
        <source>刷新</source>
        <translation>Refresh</translation>
    </message>
    <message>
        <source>力量</source>
        <translation>Forces</translation>
    </message>
    <message>
        <source>办理单位</source>
        <translation>Handling unit</translation>
    </message>
    <message>
        <source>办理结果</source>
        <translation>Outcome</translation>
    </message>
    <message>
        <source>办过的事件不倒算；请选今天或以后。</source>
        <translation>Closed incidents are not counted again; choose today or later.</translation>
    </message>
    <message>
        <source>加一条备注</source>
        <translation>Add a note</translation>
    </message>
    <message>
        <source>加派</source>
        <translation>Add unit</translation>
    </message>
    <message>
        <source>加派单位</source>
        <translation>Add unit</translation>
    </message>
    <message>
        <source>加附件</source>
        <translation>Attach file</translation>
    </message>
    <message>
        <source>加附件：照片、录音、文档</source>
        <translation>Attach: photo, sound, document</translation>
    </message>
    <message>
        <source>动作</source>
        <translation>Action</translation>
    </message>
    <message>
        <source>劳动节</source>
        <translation>Labour Day</translation>
    </message>
    <message>
        <source>区划</source>
        <translation>Division</translation>
    </message>
    <message>
        <source>区划 {value} 没有名称</source>
        <translation>Division {value} has no name</translation>
    </message>
    <message>
        <source>区划代码 {value} 不对</source>
        <translation>Division code {value} is wrong</translation>
    </message>
    <message>
        <source>区划代码 {value} 与层级 {level} 不符</source>
        <translation>Division code {value} does not fit level {level}</translation>
    </message>
    <message>
        <source>区划清单第 {row} 行的 {value} 与第 {first} 行重复</source>
        <translation>Division list row {row}: {value} is the same as row {first}</translation>
    </message>
    <message>
        <source>区划清单第 {row} 行：{value} 的上级不是 {parent}</source>
        <translation>Division list row {row}: the parent of {value} is not {parent}</translation>
    </message>
    <message>
        <source>区划清单第 {row} 行：没有 {value} 的上级 {parent}</source>
        <translation>Division list row {row}: {value} has no parent {parent}</translation>
    </message>
    <message>
        <source>区级</source>
        <translation>District</translation>
    </message>
    <message>
        <source>区级下派</source>
        <translation>Sent down by district</translation>
    </message>
    <message>
        <source>医</source>
        <translation>H</translation>
    </message>
    <message>
        <source>协办</source>
        <translation>Co-units</translation>
    </message>
    <message>
        <source>协办单位</source>
        <translation>Co-unit</translation>
    </message>
    <message>
        <source>单个批次不能超过 {limit} 字节。没有写入任何内容。</source>
        <translation>One batch may not exceed {limit} bytes. Nothing was written.</translation>
    </message>
    <message>
        <source>单位</source>
        <translation>Unit</translation>
    </message>
    <message>
        <source>单位“{value}”没有任何地区和事项</source>
        <translation>Unit “{value}” has no area and no matter at all</translation>
    </message>
    <message>
        <source>单位答复督办牌</source>
        <translation>The unit answers a card</translation>
    </message>
    <message>
        <source>单位负责人</source>
        <translation>Head of unit</translation>
    </message>
    <message>
        <source>单位退单，提出该谁办</source>
        <translation>The unit refuses and says who should act</translation>
    </message>
    <message>
        <source>单位（手里的）</source>
        <translation>Units (in hand)</translation>
    </message>
    <message>
        <source>单击网格或事件，或按 O 画圆、P 画多边形</source>
        <translation>Click a grid or incident, or O for a circle, P for a polygon</translation>
    </message>
    <message>
        <source>单次写入不能超过 {limit} 字节，请缩短文字。</source>
        <translation>One write may not exceed {limit} bytes; shorten the text.</translation>
    </message>
    <message>
        <source>卡住</source>
        <translation>Stuck</translation>
    </message>
    <message>
        <source>卡在哪里</source>
        <translation>Where it is stuck</translation>
    </message>
    <message>
        <source>卡点</source>
        <translation>Blocker</translation>
    </message>
    <message>
        <source>危</source>
        <translation>D</translation>
    </message>
    <message>
        <source>即将超时</source>
        <translation>Due soon</translation>
    </message>
    <message>
        <source>原因</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>原来的清单照常使用；请按错误清单改好再导入。</source>
        <translation>The present list stays in use; correct it by the list of errors and import again.</translation>
    </message>
    <message>
        <source>反馈</source>
        <translation>Report back</translation>
    </message>
    <message>
        <source>反馈内容太短</source>
        <translation>The report back is too short</translation>
    </message>
    <message>
        <source>受理</source>
        <translation>Accept</translation>
    </message>
    <message>
        <source>受理条件</source>
        <translation>Conditions to accept</translation>
    </message>
    <message>
        <source>受理：定分类、定网格</source>
        <translation>Accept: set class and grid</translation>
    </message>
    <message>
        <source>变色提醒</source>
        <translation>Change colour</translation>
    </message>
    <message>
        <source>口令不对</source>
        <translation>Wrong passphrase</translation>
    </message>
    <message>
        <source>口令太短</source>
        <translation>Passphrase too short</translation>
    </message>
    <message>
        <source>另 {count} 块共 {square_metres} 平方米没有收进来。</source>
        <translation>{count} more parts, {square_metres} m² in all, were not taken in.</translation>
    </message>
    <message>
        <source>另一个备份正在进行</source>
        <translation>Another backup is running</translation>
    </message>
    <message>
        <source>另一工位有两份数据各自记过事，已以交换服务的为准</source>
        <translation>Another workstation has two data sets that both worked; the hub&apos;s version counts</translation>
    </message>
    <message>
        <source>另有 {count} 处重叠或缝隙没有列出</source>
        <translation>{count} more overlaps or gaps are not listed</translation>
    </message>
    <message>
        <source>只找动作、页面；拼音首字母也行，例如 &gt; db</source>
        <translation>Only actions and screens; pinyin initials work too, e.g. &gt; db</translation>
    </message>
    <message>
        <source>只找单位：看它手里的事件</source>
        <translation>Only units: the incidents they hold</translation>
    </message>
    <message>
        <source>只找村社、网格：看那里没办完的</source>
        <translation>Only villages and grids: what is open there</translation>
    </message>
    <message>
        <source>只找编号：整个的，或最后几位</source>
        <translation>Only numbers: whole, or the last digits</translation>
    </message>
    <message>
        <source>只有原来那台机器的密钥或口令能打开它。备份没有改动。</source>
        <translation>Only the key or passphrase of that machine can open it. The backup is unchanged.</translation>
    </message>
    <message>
        <source>只用字母、数字、点和横线，最长 64 个。</source>
        <translation>Letters, digits, dots and hyphens only, 64 at most.</translation>
    </message>
    <message>
        <source>可以加：图片（JPEG、PNG、GIF、WebP、HEIC）、录音（MP3、M4A、AAC、WAV、AMR）、文档（PDF、DOCX、XLSX、TXT）。程序、脚本、网页不收。</source>
        <translation>You can add: pictures (JPEG, PNG, GIF, WebP, HEIC), sound (MP3, M4A, AAC, WAV, AMR), documents (PDF, DOCX, XLSX, TXT). Not programs, scripts or web pages.</translation>
    </message>
    <message>
        <source>可以发布；请接着改那张清单。</source>
        <translation>It can be published; go on to correct that list.</translation>
    </message>
    <message>
        <source>可以发布；调度卡上这家单位只有值班电话。</source>
        <translation>It can be published; the call-out card of this unit has only the duty phone.</translation>
    </message>
    <message>
        <source>可以发布；这类事件要由人选单位。</source>
        <translation>It can be published; a person must choose the unit for these.</translation>
    </message>
    <message>
        <source>可以发布；选用它的会改用五级。</source>
        <translation>It can be published; whoever chose it goes over to the five levels.</translation>
    </message>
    <message>
        <source>可以直接归档。</source>
        <translation>It can be archived directly.</translation>
    </message>
    <message>
        <source>可在导入页面指定哪一列是时间。</source>
        <translation>Say on the import screen which column is the time.</translation>
    </message>
    <message>
        <source>可在导入页面重新勾选。</source>
        <translation>You can choose it again on the import screen.</translation>
    </message>
    <message>
        <source>可导入 .xlsx 和 .csv。</source>
        <translation>.xlsx and .csv can be imported.</translation>
    </message>
    <message>
        <source>可导入 .xlsx、.csv（UTF-8、GB18030）。</source>
        <translation>.xlsx and .csv (UTF-8, GB18030) can be imported.</translation>
    </message>
    <message>
        <source>可用的动作：{known}。</source>
        <translation>Actions: {known}.</translation>
    </message>
    <message>
        <source>可用的字段：{known}。</source>
        <translation>Fields: {known}.</translation>
    </message>
    <message>
        <source>可用的清单：{known}。</source>
        <translation>Lists: {known}.</translation>
    </message>
    <message>
        <source>可用的角色：{known}。</source>
        <translation>Roles: {known}.</translation>
    </message>
    <message>
        <source>可能和 {values} 是同一件事</source>
        <translation>Perhaps the same as {values}</translation>
    </message>
    <message>
        <source>可能已被占用；请换一个端口。</source>
        <translation>It may be in use; choose another port.</translation>
    </message>
    <message>
        <source>可能是投影坐标；请导出为经纬度（度）。</source>
        <translation>Perhaps projected coordinates; export as longitude and latitude (degrees).</translation>
    </message>
    <message>
        <source>可自办自结</source>
        <translation>Self-handling allowed</translation>
    </message>
    <message>
        <source>可选：{choices}。</source>
        <translation>Choices: {choices}.</translation>
    </message>
    <message>
        <source>号码尾号要正好四位数字</source>
        <translation>The phone ending must be exactly four digits</translation>
    </message>
    <message>
        <source>同一区域的几块互相重叠，在 {value}</source>
        <translation>Parts of the same area overlap at {value}</translation>
    </message>
    <message>
        <source>同一站点出现两份不同的记录</source>
        <translation>One station has two different records</translation>
    </message>
    <message>
        <source>同处复发</source>
        <translation>Recurrence in place</translation>
    </message>
    <message>
        <source>同步</source>
        <translation>Sync</translation>
    </message>
    <message>
        <source>名称</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>否</source>
        <translation>No</translation>
    </message>
    <message>
        <source>周末</source>
        <translation>Weekend</translation>
    </message>
    <message>
        <source>命令</source>
        <translation>Command</translation>
    </message>
    <message>
        <source>命令条</source>
        <translation>Command bar</translation>
    </message>
    <message>
        <source>和可能重复的事件比对</source>
        <translation>Compare with possible duplicates</translation>
    </message>
    <message>
        <source>响应等级</source>
        <translation>Response level</translation>
    </message>
    <message>
        <source>哪一项申请</source>
        <translation>Which request</translation>
    </message>
    <message>
        <source>哪里不合格</source>
        <translation>What falls short</translation>
    </message>
    <message>
        <source>四级闭环</source>
        <translation>Four-level loop</translation>
    </message>
    <message>
        <source>回复工作日</source>
        <translation>Reply working days</translation>
    </message>
    <message>
        <source>回访</source>
        <translation>Call back</translation>
    </message>
    <message>
        <source>回访已满 {limit} 次</source>
        <translation>Called back {limit} times already</translation>
    </message>
    <message>
        <source>回访未完成，不能归档</source>
        <translation>Call back not done, cannot be archived</translation>
    </message>
    <message>
        <source>因上面的损坏，记录链没有核完（{detail}）</source>
        <translation>Because of the damage above the record chain was not verified to the end ({detail})</translation>
    </message>
    <message>
        <source>国庆节</source>
        <translation>National Day</translation>
    </message>
    <message>
        <source>圆圈选</source>
        <translation>Circle</translation>
    </message>
    <message>
        <source>在 {at} 附近；请核对边界。</source>
        <translation>Near {at}; check the boundaries.</translation>
    </message>
    <message>
        <source>在值班台看</source>
        <translation>See at duty desk</translation>
    </message>
    <message>
        <source>在办</source>
        <translation>In hand</translation>
    </message>
    <message>
        <source>在另一块屏幕上全屏；再按一次关闭</source>
        <translation>Full screen on the other display; press again to close</translation>
    </message>
    <message>
        <source>在地图上点</source>
        <translation>Pick on the map</translation>
    </message>
    <message>
        <source>地图</source>
        <translation>Map</translation>
    </message>
    <message>
        <source>地图数据 (*.geojson *.json *.csv *.xlsx *.mbtiles);;边界 (*.geojson *.json);;重点场所、队伍位置 (*.csv *.xlsx);;底图 (*.mbtiles);;全部文件 (*)</source>
        <translation>Map data (*.geojson *.json *.csv *.xlsx *.mbtiles);;Boundaries (*.geojson *.json);;Key places, team positions (*.csv *.xlsx);;Base map (*.mbtiles);;All files (*)</translation>
    </message>
    <message>
        <source>地图照常使用，只是没有底图。</source>
        <translation>The map works as before, only without a base map.</translation>
    </message>
    <message>
        <source>地图照常使用，只是没有底图。只认 PNG、JPEG、WebP 的栅格底图。</source>
        <translation>The map works as before, only without a base map. Only raster base maps of PNG, JPEG, WebP are known.</translation>
    </message>
    <message>
        <source>地址</source>
        <translation>Address</translation>
    </message>
    <message>
        <source>地点不清</source>
        <translation>Place unclear</translation>
    </message>
    <message>
        <source>场所编码 {value} 不对</source>
        <translation>Place code {value} is wrong</translation>
    </message>
    <message>
        <source>坐标不成形</source>
        <translation>The coordinates are malformed</translation>
    </message>
    <message>
        <source>坐标不是经纬度：{value}</source>
        <translation>The coordinates are not longitude and latitude: {value}</translation>
    </message>
    <message>
        <source>基本满意</source>
        <translation>Mostly satisfied</translation>
    </message>
    <message>
        <source>填写后再确认，已填内容不会丢失。</source>
        <translation>Fill it in and confirm; what is filled in is not lost.</translation>
    </message>
    <message>
        <source>处理</source>
        <translation>Handling</translation>
    </message>
    <message>
        <source>处置</source>
        <translation>Handle</translation>
    </message>
    <message>
        <source>处置中</source>
        <translation>Handling</translation>
    </message>
    <message>
        <source>处置单位不能核查自己的事件</source>
        <translation>The handling unit cannot check its own incident</translation>
    </message>
    <message>
        <source>处置情况</source>
        <translation>What was done about it</translation>
    </message>
    <message>
        <source>备份</source>
        <translation>Backup</translation>
    </message>
    <message>
        <source>备份不能放在数据目录里面：{path}</source>
        <translation>The backup cannot be inside the data folder: {path}</translation>
    </message>
    <message>
        <source>备份和数据在同一块磁盘上。</source>
        <translation>The backup is on the same disk as the data.</translation>
    </message>
    <message>
        <source>备份没有通过核对，不能用：{path}</source>
        <translation>The backup failed verification and cannot be used: {path}</translation>
    </message>
    <message>
        <source>备份的格式不认识（{found}）</source>
        <translation>Unknown backup format ({found})</translation>
    </message>
    <message>
        <source>备份的说明文件损坏，数据文件在：{path}</source>
        <translation>The backup&apos;s description file is damaged; the data file is at: {path}</translation>
    </message>
    <message>
        <source>备份目录不在：{path}</source>
        <translation>The backup folder is not there: {path}</translation>
    </message>
    <message>
        <source>备注</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>复制</source>
        <translation>Copy</translation>
    </message>
    <message>
        <source>复制光标上的电话或指令</source>
        <translation>Copy the phone or instruction under the cursor</translation>
    </message>
    <message>
        <source>复制附件</source>
        <translation>Copy attachments</translation>
    </message>
    <message>
        <source>复发</source>
        <translation>Recurrence</translation>
    </message>
    <message>
        <source>多边形圈选</source>
        <translation>Polygon</translation>
    </message>
    <message>
        <source>大字</source>
        <translation>Large text</translation>
    </message>
    <message>
        <source>如果是办件，请改“列名在第几行”，或在下表指定标题、内容列。</source>
        <translation>If these are cases, change “column names in row”, or set the title and content columns in the table below.</translation>
    </message>
    <message>
        <source>字号大一号</source>
        <translation>One size larger</translation>
    </message>
    <message>
        <source>字号小一号</source>
        <translation>One size smaller</translation>
    </message>
    <message>
        <source>存视图</source>
        <translation>Save view</translation>
    </message>
    <message>
        <source>学</source>
        <translation>S</translation>
    </message>
    <message>
        <source>完成一步</source>
        <translation>Finish step</translation>
    </message>
    <message>
        <source>完整的事件编号</source>
        <translation>Full incident number</translation>
    </message>
    <message>
        <source>定为归档等了结的状态，在走的时限随之停下；定为还在办的，时限照走。</source>
        <translation>If settled on archived or another finished state, the running limit stops; if on one still being worked on, it runs on.</translation>
    </message>
    <message>
        <source>定位时间在将来</source>
        <translation>The position lies in the future</translation>
    </message>
    <message>
        <source>定位精度</source>
        <translation>Position accuracy</translation>
    </message>
    <message>
        <source>定分歧</source>
        <translation>Settle dispute</translation>
    </message>
    <message>
        <source>密钥文件别人也能读：{path}</source>
        <translation>Others can read the key file too: {path}</translation>
    </message>
    <message>
        <source>对应</source>
        <translation>Maps to</translation>
    </message>
    <message>
        <source>导入</source>
        <translation>Import</translation>
    </message>
    <message>
        <source>小时，连续计时</source>
        <translation>hours, round the clock</translation>
    </message>
    <message>
        <source>层级</source>
        <translation>Level</translation>
    </message>
    <message>
        <source>岗位</source>
        <translation>Post</translation>
    </message>
    <message>
        <source>巡查</source>
        <translation>Patrol</translation>
    </message>
    <message>
        <source>工</source>
        <translation>B</translation>
    </message>
    <message>
        <source>工位</source>
        <translation>Workstation</translation>
    </message>
    <message>
        <source>工位代码 {station} 已被占用</source>
        <translation>Workstation code {station} is in use</translation>
    </message>
    <message>
        <source>工位代码 {value} 不对</source>
        <translation>Workstation code {value} is wrong</translation>
    </message>
    <message>
        <source>工作日</source>
        <translation>working days</translation>
    </message>
    <message>
        <source>工作时</source>
        <translation>working hours</translation>
    </message>
    <message>
        <source>工作时间</source>
        <translation>Working hours</translation>
    </message>
    <message>
        <source>工作时间不对：{value}</source>
        <translation>Working hours are wrong: {value}</translation>
    </message>
    <message>
        <source>已中止</source>
        <translation>Stopped</translation>
    </message>
    <message>
        <source>已保存的内容没有丢失</source>
        <translation>What was saved is not lost</translation>
    </message>
    <message>
        <source>已保存的没有丢失。请检查磁盘是否脱开；接好后会自动继续，必要时重新打开程序。</source>
        <translation>What was saved is not lost. Check whether the disk came loose; it goes on by itself once connected, or open the program again.</translation>
    </message>
    <message>
        <source>已保存的没有丢失，仍可查询和导出。请尽快备份并联系技术员；恢复后会自动继续。</source>
        <translation>What was saved is not lost; search and export still work. Back up soon and call a technician; it goes on by itself once recovered.</translation>
    </message>
    <message>
        <source>已保存的没有丢失，仍可查询和导出。请清理磁盘，有了空间会自动恢复。</source>
        <translation>What was saved is not lost; search and export still work. Free some disk space; it goes on by itself once there is room.</translation>
    </message>
    <message>
        <source>已保存的没有丢失，仍可查询和导出。请联系技术员；磁盘恢复后会自动继续。</source>
        <translation>What was saved is not lost; search and export still work. Call a technician; it goes on by itself once the disk recovers.</translation>
    </message>
    <message>
        <source>已保留原样，没有应用。</source>
        <translation>It is kept as it is and was not applied.</translation>
    </message>
    <message>
        <source>已反馈</source>
        <translation>Reported back</translation>
    </message>
    <message>
        <source>已回访 {attempts} 次；接通或满 3 次后可归档。</source>
        <translation>Called back {attempts} times; it can be archived after an answer or 3 tries.</translation>
    </message>
    <message>
        <source>已失效</source>
        <translation>Lapsed</translation>
    </message>
    <message>
        <source>已并案</source>
        <translation>Merged</translation>
    </message>
    <message>
        <source>已延期 {limit} 次，不能再延</source>
        <translation>Extended {limit} times already, no more</translation>
    </message>
    <message>
        <source>已归档</source>
        <translation>Archived</translation>
    </message>
    <message>
        <source>已批准</source>
        <translation>Approved</translation>
    </message>
    <message>
        <source>已撤回</source>
        <translation>Withdrawn</translation>
    </message>
    <message>
        <source>已撤销</source>
        <translation>Undone</translation>
    </message>
    <message>
        <source>已有一项{kind}申请在等审批</source>
        <translation>A request is already waiting: {kind}</translation>
    </message>
    <message>
        <source>已有别的列对应，不导入</source>
        <translation>Another column maps here, not imported</translation>
    </message>
    <message>
        <source>已有单位签收，不能撤回</source>
        <translation>A unit has signed; it cannot be recalled</translation>
    </message>
    <message>
        <source>已有密钥文件，不能新建：{path}</source>
        <translation>A key file exists, none was made: {path}</translation>
    </message>
    <message>
        <source>已电话通知</source>
        <translation>Told by phone</translation>
    </message>
    <message>
        <source>已略过，其余照常。</source>
        <translation>Skipped, the rest goes on.</translation>
    </message>
    <message>
        <source>已看过</source>
        <translation>Seen</translation>
    </message>
    <message>
        <source>已移出</source>
        <translation>Taken out</translation>
    </message>
    <message>
        <source>已经了结的事件不用认领</source>
        <translation>A finished incident needs no claim</translation>
    </message>
    <message>
        <source>已经交办，{name} 不能改类</source>
        <translation>Already dispatched; {name} cannot reclassify</translation>
    </message>
    <message>
        <source>已经在最高一级</source>
        <translation>Already at the top level</translation>
    </message>
    <message>
        <source>已经在网格一级</source>
        <translation>Already at grid level</translation>
    </message>
    <message>
        <source>已经批准的申请不能定为驳回</source>
        <translation>A request already approved cannot be settled as declined</translation>
    </message>
    <message>
        <source>已经超时，不能申请延期</source>
        <translation>Already late; an extension cannot be asked for</translation>
    </message>
    <message>
        <source>已经过了 {minutes} 分钟，不能再撤销</source>
        <translation>More than {minutes} minutes ago, it can no longer be undone</translation>
    </message>
    <message>
        <source>已结案</source>
        <translation>Closed</translation>
    </message>
    <message>
        <source>已被替代</source>
        <translation>Replaced</translation>
    </message>
    <message>
        <source>已解决</source>
        <translation>Solved</translation>
    </message>
    <message>
        <source>已记的都在日志里，没有丢失。请技术员重建数据表；重建不好的，请联系开发人员。</source>
        <translation>All that was entered is in the journal, nothing is lost. A technician should rebuild the tables; if that does not help, call the developers.</translation>
    </message>
    <message>
        <source>已超时</source>
        <translation>Late</translation>
    </message>
    <message>
        <source>已进入诉讼仲裁</source>
        <translation>In court or arbitration</translation>
    </message>
    <message>
        <source>已退单</source>
        <translation>Refused</translation>
    </message>
    <message>
        <source>已退单 {limit} 次，{name} 不能再派</source>
        <translation>Refused {limit} times; {name} may not send it again</translation>
    </message>
    <message>
        <source>已退单 {limit} 次，这次由值班长指定，不能再退</source>
        <translation>Refused {limit} times; this time the shift leader names the unit, no more refusals</translation>
    </message>
    <message>
        <source>已选择不导入</source>
        <translation>Left out of the import</translation>
    </message>
    <message>
        <source>已驳回</source>
        <translation>Declined</translation>
    </message>
    <message>
        <source>市</source>
        <translation>M</translation>
    </message>
    <message>
        <source>市民说什么</source>
        <translation>What the caller said</translation>
    </message>
    <message>
        <source>常用查找已有 {most} 个</source>
        <translation>{most} saved searches already</translation>
    </message>
    <message>
        <source>常用语</source>
        <translation>Phrases</translation>
    </message>
    <message>
        <source>平台</source>
        <translation>Platform</translation>
    </message>
    <message>
        <source>平台 {value} 还有分类在用，不能去掉</source>
        <translation>Platform {value} is still used by classes and cannot be removed</translation>
    </message>
    <message>
        <source>年-月-日，如 2026-12-01</source>
        <translation>year-month-day, e.g. 2026-12-01</translation>
    </message>
    <message>
        <source>并入“{field}”</source>
        <translation>Added to “{field}”</translation>
    </message>
    <message>
        <source>并入一件</source>
        <translation>One merged in</translation>
    </message>
    <message>
        <source>并入哪一件</source>
        <translation>Merge into which</translation>
    </message>
    <message>
        <source>并入的编号</source>
        <translation>Number to merge into</translation>
    </message>
    <message>
        <source>并到另一件</source>
        <translation>Merge into another</translation>
    </message>
    <message>
        <source>并案</source>
        <translation>Merge</translation>
    </message>
    <message>
        <source>序号从 1 开始，不跳号、不重号。</source>
        <translation>Numbers start at 1, without gaps or repeats.</translation>
    </message>
    <message>
        <source>序号是 {value}，应为 {wanted}</source>
        <translation>The number is {value}, should be {wanted}</translation>
    </message>
    <message>
        <source>应为 6、9、12 或 15 位数字。</source>
        <translation>It should have 6, 9, 12 or 15 digits.</translation>
    </message>
    <message>
        <source>应为 9 位镇街代码或 6 位区县代码。</source>
        <translation>It should be a town code of 9 digits or a district code of 6.</translation>
    </message>
    <message>
        <source>应为 UTF-8 的 CSV 文件。</source>
        <translation>It should be a CSV file in UTF-8.</translation>
    </message>
    <message>
        <source>应为 https://主机:端口。</source>
        <translation>It should be https://host:port.</translation>
    </message>
    <message>
        <source>应为两位字母或数字，如 A1。</source>
        <translation>It should be two letters or digits, e.g. A1.</translation>
    </message>
    <message>
        <source>应像 08:00-12:00,14:00-18:00，先后排好、不重叠、不能全空。没有写入。</source>
        <translation>It should look like 08:00-12:00,14:00-18:00, in order, not overlapping, not all empty. Nothing was written.</translation>
    </message>
    <message>
        <source>应先经度、后纬度。</source>
        <translation>Longitude first, then latitude.</translation>
    </message>
    <message>
        <source>底图</source>
        <translation>Base map</translation>
    </message>
    <message>
        <source>延期</source>
        <translation>Extension</translation>
    </message>
    <message>
        <source>延长多少</source>
        <translation>How much longer</translation>
    </message>
    <message>
        <source>建议上报区级</source>
        <translation>Suggest escalating to district</translation>
    </message>
    <message>
        <source>建议单位</source>
        <translation>Suggested unit</translation>
    </message>
    <message>
        <source>建议的不能是退单的单位自己</source>
        <translation>The refusing unit cannot suggest itself</translation>
    </message>
    <message>
        <source>强制结案</source>
        <translation>Forced close</translation>
    </message>
    <message>
        <source>归档</source>
        <translation>Archive</translation>
    </message>
    <message>
        <source>录错</source>
        <translation>Wrong entry</translation>
    </message>
    <message>
        <source>录错、测试件，等人批准</source>
        <translation>Wrong entry or test; with approval</translation>
    </message>
    <message>
        <source>待分办</source>
        <translation>To triage</translation>
    </message>
    <message>
        <source>待分流</source>
        <translation>To dispatch</translation>
    </message>
    <message>
        <source>待办</source>
        <translation>Open work</translation>
    </message>
    <message>
        <source>待办全部</source>
        <translation>All open work</translation>
    </message>
    <message>
        <source>待办，不着色</source>
        <translation>Open, not coloured</translation>
    </message>
    <message>
        <source>待发的记录没有丢失。请联系区级技术员。</source>
        <translation>The records to send are not lost. Call the district&apos;s technician.</translation>
    </message>
    <message>
        <source>待发的记录没有丢失。请联系技术员。</source>
        <translation>The records to send are not lost. Call a technician.</translation>
    </message>
    <message>
        <source>待发的记录没有丢失。请通知区级技术员。</source>
        <translation>The records to send are not lost. Tell the district&apos;s technician.</translation>
    </message>
    <message>
        <source>待发的记录没有丢失，下次接着交换。</source>
        <translation>The records to send are not lost; the next exchange takes them.</translation>
    </message>
    <message>
        <source>待发的记录没有丢失，稍后自动重试。</source>
        <translation>The records to send are not lost; it tries again by itself.</translation>
    </message>
    <message>
        <source>待受理</source>
        <translation>To accept</translation>
    </message>
    <message>
        <source>待回访</source>
        <translation>To call back</translation>
    </message>
    <message>
        <source>待审批</source>
        <translation>To approve</translation>
    </message>
    <message>
        <source>待核查</source>
        <translation>To check</translation>
    </message>
    <message>
        <source>待生效</source>
        <translation>Upcoming</translation>
    </message>
    <message>
        <source>待签收</source>
        <translation>To sign</translation>
    </message>
    <message>
        <source>志愿者</source>
        <translation>Volunteers</translation>
    </message>
    <message>
        <source>态势大屏</source>
        <translation>Situation wall</translation>
    </message>
    <message>
        <source>恢复</source>
        <translation>Resume</translation>
    </message>
    <message>
        <source>恢复办理</source>
        <translation>Resume</translation>
    </message>
    <message>
        <source>恢复码不对</source>
        <translation>Wrong recovery code</translation>
    </message>
    <message>
        <source>恢复码应为 6 组、每组 5 个字母或数字</source>
        <translation>A recovery code has 6 groups of 5 letters or digits</translation>
    </message>
    <message>
        <source>您已经认领了，从 {since} 起</source>
        <translation>You have claimed this since {since}</translation>
    </message>
    <message>
        <source>您能看到的全部年份、全部状态都查过，含已归档和已并案；请减少字词</source>
        <translation>All years and states you may see were searched, archived and merged ones too; use fewer words</translation>
    </message>
    <message>
        <source>情况不存在</source>
        <translation>Does not exist</translation>
    </message>
    <message>
        <source>情况不属实</source>
        <translation>Not true</translation>
    </message>
    <message>
        <source>情况属实</source>
        <translation>True</translation>
    </message>
    <message>
        <source>意见</source>
        <translation>Remarks</translation>
    </message>
    <message>
        <source>感知设备</source>
        <translation>Sensor</translation>
    </message>
    <message>
        <source>我的</source>
        <translation>Mine</translation>
    </message>
    <message>
        <source>我认领的</source>
        <translation>Claimed by me</translation>
    </message>
    <message>
        <source>或另定</source>
        <translation>or set another</translation>
    </message>
    <message>
        <source>打不开</source>
        <translation>Cannot be opened</translation>
    </message>
    <message>
        <source>打不开数据文件</source>
        <translation>The data file cannot be opened</translation>
    </message>
    <message>
        <source>打不开数据文件：密钥不对，或文件损坏、不是本程序的数据</source>
        <translation>The data file cannot be opened: wrong key, damaged file, or not data of this program</translation>
    </message>
    <message>
        <source>打印</source>
        <translation>Print</translation>
    </message>
    <message>
        <source>打印单</source>
        <translation>Print sheet</translation>
    </message>
    <message>
        <source>打印机 {name} 没有接收</source>
        <translation>Printer {name} did not take it</translation>
    </message>
    <message>
        <source>打开</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>批准</source>
        <translation>Approve</translation>
    </message>
    <message>
        <source>批准人</source>
        <translation>Approver</translation>
    </message>
    <message>
        <source>批准别人的申请</source>
        <translation>Approve another&apos;s request</translation>
    </message>
    <message>
        <source>批准已经生效。请定为“已批准”；要停下来的，另按相应的键（挂起的按 Shift+H 恢复）。</source>
        <translation>The approval is in force already. Settle on “approved”; to stop it, use the matching key (Shift+H resumes what is on hold).</translation>
    </message>
    <message>
        <source>批准申请</source>
        <translation>Approve request</translation>
    </message>
    <message>
        <source>批次不完整</source>
        <translation>The batch is incomplete</translation>
    </message>
    <message>
        <source>批次内容与说明不符</source>
        <translation>The batch does not match its description</translation>
    </message>
    <message>
        <source>批次太大，已拒绝</source>
        <translation>The batch is too large and was refused</translation>
    </message>
    <message>
        <source>批次头不对</source>
        <translation>The batch header is wrong</translation>
    </message>
    <message>
        <source>批次是加密给别人的</source>
        <translation>The batch is encrypted for someone else</translation>
    </message>
    <message>
        <source>批次是给另一个站点的</source>
        <translation>The batch is for another station</translation>
    </message>
    <message>
        <source>批次校验不一致，已拒绝</source>
        <translation>The batch failed its check and was refused</translation>
    </message>
    <message>
        <source>批次格式不认识（{found}）</source>
        <translation>Unknown batch format ({found})</translation>
    </message>
    <message>
        <source>批次的签名算法不认识（{found}）</source>
        <translation>Unknown batch signature algorithm ({found})</translation>
    </message>
    <message>
        <source>批次解不开</source>
        <translation>The batch cannot be decoded</translation>
    </message>
    <message>
        <source>批次解压后过大，已拒绝</source>
        <translation>The batch unpacks too large and was refused</translation>
    </message>
    <message>
        <source>找不到密钥文件：{path}</source>
        <translation>Key file not found: {path}</translation>
    </message>
    <message>
        <source>找不到并入的那一件</source>
        <translation>The one to merge into was not found</translation>
    </message>
    <message>
        <source>找不到数据目录，暂时不能保存</source>
        <translation>The data folder was not found; saving is not possible now</translation>
    </message>
    <message>
        <source>找不到文件“{file}”</source>
        <translation>File “{file}” not found</translation>
    </message>
    <message>
        <source>把焦点移到右侧详情</source>
        <translation>Move the focus to the details at the right</translation>
    </message>
    <message>
        <source>把现在的筛选存为左侧的视图</source>
        <translation>Save the present filter as a view at the left</translation>
    </message>
    <message>
        <source>抗战胜利纪念日</source>
        <translation>Victory Day</translation>
    </message>
    <message>
        <source>报表</source>
        <translation>Reports</translation>
    </message>
    <message>
        <source>挂起</source>
        <translation>On hold</translation>
    </message>
    <message>
        <source>挂起到哪一天</source>
        <translation>Hold until which day</translation>
    </message>
    <message>
        <source>挂起到期</source>
        <translation>Hold ends</translation>
    </message>
    <message>
        <source>挂起的恢复办理</source>
        <translation>Resume what is on hold</translation>
    </message>
    <message>
        <source>挂起要到今天或以后，最长 {limit} 天</source>
        <translation>A hold must end today or later, {limit} days at most</translation>
    </message>
    <message>
        <source>指令</source>
        <translation>Instruction</translation>
    </message>
    <message>
        <source>指挥</source>
        <translation>Command</translation>
    </message>
    <message>
        <source>指挥室密钥</source>
        <translation>Command-room key</translation>
    </message>
    <message>
        <source>指挥清单里没有单位“{value}”平时的一行</source>
        <translation>The command list has no everyday row for unit “{value}”</translation>
    </message>
    <message>
        <source>按 {advised} 读入最接近；请问清坐标系再应用。</source>
        <translation>Read as {advised} it comes closest; ask for the coordinate system before applying.</translation>
    </message>
    <message>
        <source>按 {crs} 读入，会比原有的中心点偏 {metres} 米</source>
        <translation>Read as {crs} it lies {metres} m off the present centres</translation>
    </message>
    <message>
        <source>按键表</source>
        <translation>Key sheet</translation>
    </message>
    <message>
        <source>换一个分类，时限重算</source>
        <translation>Another class; limits are computed again</translation>
    </message>
    <message>
        <source>换一批</source>
        <translation>Switch set</translation>
    </message>
    <message>
        <source>换主题</source>
        <translation>Switch theme</translation>
    </message>
    <message>
        <source>授予指挥室密钥</source>
        <translation>Grant the room key</translation>
    </message>
    <message>
        <source>描述各表的页（{name}）读不出来，其他页因此核不了；请从备份恢复或修复</source>
        <translation>The page describing the tables ({name}) cannot be read, so the others cannot be verified; restore from a backup or repair</translation>
    </message>
    <message>
        <source>撤下</source>
        <translation>Withdraw</translation>
    </message>
    <message>
        <source>撤下一家协办单位</source>
        <translation>Withdraw a co-unit</translation>
    </message>
    <message>
        <source>撤下单位</source>
        <translation>Withdraw unit</translation>
    </message>
    <message>
        <source>撤回</source>
        <translation>Recall</translation>
    </message>
    <message>
        <source>撤回交办</source>
        <translation>Recall dispatch</translation>
    </message>
    <message>
        <source>撤回申请</source>
        <translation>Withdraw request</translation>
    </message>
    <message>
        <source>撤回自己刚办的一步，10 分钟以内</source>
        <translation>Take back your own last step, within 10 minutes</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>撤销并案</source>
        <translation>Unmerge</translation>
    </message>
    <message>
        <source>撤销的人不知道别处已经接着办了，所以撤销没有生效，都还照办。看过以后确认；不该办的，用反过来的动作改。</source>
        <translation>Whoever undid it did not know that work had gone on elsewhere, so the undo took no effect and all work stands. Look and confirm; for what should not stand, use the opposite action.</translation>
    </message>
    <message>
        <source>收到来历不明的记录</source>
        <translation>Records of unknown origin were received</translation>
    </message>
    <message>
        <source>收到的时间</source>
        <translation>Received at</translation>
    </message>
    <message>
        <source>收到的来电人信封与记录不符</source>
        <translation>A received caller envelope does not match its record</translation>
    </message>
    <message>
        <source>收到的站点签名不对</source>
        <translation>A received station signature is wrong</translation>
    </message>
    <message>
        <source>收到的记录不连续</source>
        <translation>The received records have a gap</translation>
    </message>
    <message>
        <source>收到的记录校验不一致，已拒绝</source>
        <translation>The received records failed their check and were refused</translation>
    </message>
    <message>
        <source>收到的记录格式不对</source>
        <translation>The received records are malformed</translation>
    </message>
    <message>
        <source>收到的记录没有站点的签名</source>
        <translation>The received records carry no station signature</translation>
    </message>
    <message>
        <source>收回自己的申请</source>
        <translation>Take back your own request</translation>
    </message>
    <message>
        <source>改并到别件</source>
        <translation>Merged elsewhere</translation>
    </message>
    <message>
        <source>改类</source>
        <translation>Reclassify</translation>
    </message>
    <message>
        <source>放假</source>
        <translation>Holiday</translation>
    </message>
    <message>
        <source>放大</source>
        <translation>Larger</translation>
    </message>
    <message>
        <source>政</source>
        <translation>G</translation>
    </message>
    <message>
        <source>数据以只读方式打开</source>
        <translation>The data is open read-only</translation>
    </message>
    <message>
        <source>数据和别的备份没有改动。请把盘格式化为 exFAT 或 NTFS，或换一块盘。</source>
        <translation>The data and the other backups are unchanged. Format the drive as exFAT or NTFS, or use another drive.</translation>
    </message>
    <message>
        <source>数据库报错</source>
        <translation>Database error</translation>
    </message>
    <message>
        <source>数据库组件太旧（{found}）</source>
        <translation>Database component too old ({found})</translation>
    </message>
    <message>
        <source>数据文件有损坏</source>
        <translation>The data file is damaged</translation>
    </message>
    <message>
        <source>数据文件正忙</source>
        <translation>The data file is busy</translation>
    </message>
    <message>
        <source>数据文件没有加密，拒绝打开：{path}</source>
        <translation>The data file is not encrypted and was not opened: {path}</translation>
    </message>
    <message>
        <source>数据文件没有动，没有丢失。以前用过的，请从备份里取回 site.json 放到原处，或从备份还原；刚建立时中断的，请把目录改名留存，再重新建立。</source>
        <translation>The data file was not touched, nothing is lost. If it was in use before, put site.json from a backup back in place, or restore from a backup; if making it was interrupted, rename the folder to keep it, then make it again.</translation>
    </message>
    <message>
        <source>数据文件没有动，没有丢失。请从备份里取回 site.json 放到原处，或从备份还原（griddesk restore）。</source>
        <translation>The data file was not touched, nothing is lost. Put site.json from a backup back in place, or restore from a backup (griddesk restore).</translation>
    </message>
    <message>
        <source>数据文件里的记录全都不见了：{path}</source>
        <translation>All records in the data file are gone: {path}</translation>
    </message>
    <message>
        <source>数据是恢复的旧数据，编号链另起一段</source>
        <translation>The data is restored older data; the number chain starts a new part</translation>
    </message>
    <message>
        <source>数据有 {count} 处损坏，没有备份</source>
        <translation>The data has {count} damaged places, no backup was made</translation>
    </message>
    <message>
        <source>数据有损坏，已改为只读</source>
        <translation>The data is damaged, it is now read-only</translation>
    </message>
    <message>
        <source>数据来自更新的版本（{found}）</source>
        <translation>The data is from a newer version ({found})</translation>
    </message>
    <message>
        <source>数据正被另一个{what}使用（{since} 起，进程 {pid}，用户 {user}，主机 {host}）</source>
        <translation>The data is in use by another {what} (since {since}, process {pid}, user {user}, host {host})</translation>
    </message>
    <message>
        <source>数据没有丢失。U 盘请插好；程序不会自己建这个目录。插好以后会自动补做。</source>
        <translation>No data is lost. Plug in the USB stick; the program does not make this folder by itself. Once plugged in it catches up by itself.</translation>
    </message>
    <message>
        <source>数据没有丢失，也没有改动。请把整个目录复制到能写的本机磁盘再打开。</source>
        <translation>No data is lost or changed. Copy the whole folder to a writable local disk and open it there.</translation>
    </message>
    <message>
        <source>数据没有丢失，也没有改动。请检查磁盘是否只读、目录是否归本人，再重新打开。</source>
        <translation>No data is lost or changed. Check whether the disk is read-only and the folder yours, then open it again.</translation>
    </message>
    <message>
        <source>数据没有丢失，别的备份没有改动。请换一个备份，或换一块盘再做。（{detail}）</source>
        <translation>No data is lost, the other backups are unchanged. Use another backup, or another drive and make it again. ({detail})</translation>
    </message>
    <message>
        <source>数据没有损坏，不用修复</source>
        <translation>The data is not damaged, no repair needed</translation>
    </message>
    <message>
        <source>数据没有改动，下次接着检查。</source>
        <translation>The data is unchanged; the next check goes on from here.</translation>
    </message>
    <message>
        <source>数据没有改动，没有丢失，但没有密钥打不开。请把密钥文件放回原处，或凭恢复码从备份还原（griddesk restore）。</source>
        <translation>The data is unchanged, nothing is lost, but it cannot be opened without the key. Put the key file back in place, or restore from a backup with the recovery code (griddesk restore).</translation>
    </message>
    <message>
        <source>数据的最新部分还没有并入，不能在只读目录里打开：{path}</source>
        <translation>The newest part of the data is not merged yet; it cannot be opened in a read-only folder: {path}</translation>
    </message>
    <message>
        <source>数据目录不能写：{path}</source>
        <translation>The data folder cannot be written: {path}</translation>
    </message>
    <message>
        <source>数据目录只能读，没有打开：{path}</source>
        <translation>The data folder is read-only and was not opened: {path}</translation>
    </message>
    <message>
        <source>数据目录在网络共享上，没有打开：{path}</source>
        <translation>The data folder is on a network share and was not opened: {path}</translation>
    </message>
    <message>
        <source>数据目录是复制或移动过来的，编号链另起一段</source>
        <translation>The data folder was copied or moved; the number chain starts a new part</translation>
    </message>
    <message>
        <source>数据目录缺少说明文件 site.json：{path}</source>
        <translation>The data folder lacks its description file site.json: {path}</translation>
    </message>
    <message>
        <source>数据目录里已有数据：{path}</source>
        <translation>The data folder already holds data: {path}</translation>
    </message>
    <message>
        <source>数据目录里没有数据：{path}</source>
        <translation>The data folder holds no data: {path}</translation>
    </message>
    <message>
        <source>数据表 {name} 有读不出的页；日志里的记录没有丢失，这张表要从备份恢复</source>
        <translation>Table {name} has unreadable pages; the journal&apos;s records are not lost, this table must be restored from a backup</translation>
    </message>
    <message>
        <source>数据表 {name} 有读不出的页；记录没有丢失，修复时由日志重建</source>
        <translation>Table {name} has unreadable pages; no records are lost, a repair rebuilds it from the journal</translation>
    </message>
    <message>
        <source>数据需要升级（{found}）</source>
        <translation>The data needs an upgrade ({found})</translation>
    </message>
    <message>
        <source>整数</source>
        <translation>whole number</translation>
    </message>
    <message>
        <source>文件保持原样，没有删除。请用“修复”（griddesk repair）：坏的留存，能读出的和备份里的都取回。</source>
        <translation>The file is left as it is, nothing is deleted. Use “Repair” (griddesk repair): the bad file is kept, what is readable and what the backups hold is taken back.</translation>
    </message>
    <message>
        <source>文件写不进去：{path}</source>
        <translation>The file cannot be written: {path}</translation>
    </message>
    <message>
        <source>文件原样留着。登记过交换服务的，可另建工位（init --join）取回；否则请联系开发人员。</source>
        <translation>The file is left as it is. If enrolled with a hub, make a new workstation to fetch it back (init --join); otherwise call the developers.</translation>
    </message>
    <message>
        <source>文件可能已被移动或改名，请重新选择。</source>
        <translation>It may have been moved or renamed; choose the file again.</translation>
    </message>
    <message>
        <source>文件损坏</source>
        <translation>File damaged</translation>
    </message>
    <message>
        <source>文件未到</source>
        <translation>File not here yet</translation>
    </message>
    <message>
        <source>文件没有改动。请核对目录后再建立。</source>
        <translation>The file is unchanged. Check the folder before making a new one.</translation>
    </message>
    <message>
        <source>文件没有改动，没有丢失。请核对密钥来源和文件，不要删除，必要时从备份恢复。</source>
        <translation>The file is unchanged, nothing is lost. Check where the key comes from and the file, delete nothing, restore from a backup if needed.</translation>
    </message>
    <message>
        <source>文件结构有问题：{detail}</source>
        <translation>The file&apos;s structure has a problem: {detail}</translation>
    </message>
    <message>
        <source>文件里有空字节，请重新导出。</source>
        <translation>The file contains null bytes; export it again.</translation>
    </message>
    <message>
        <source>文件里没有属性“{value}”</source>
        <translation>The file has no property “{value}”</translation>
    </message>
    <message>
        <source>文件里没有，本机原来也没有；请补上。</source>
        <translation>Neither the file nor this machine has it; add it.</translation>
    </message>
    <message>
        <source>文件里的列名</source>
        <translation>Column name in the file</translation>
    </message>
    <message>
        <source>文号</source>
        <translation>Doc no.</translation>
    </message>
    <message>
        <source>文字太长，一件放不下</source>
        <translation>Text too long, one incident cannot hold it</translation>
    </message>
    <message>
        <source>新事件只能用 report 或 self_handle</source>
        <translation>New incidents only by report or self_handle</translation>
    </message>
    <message>
        <source>新到待受理</source>
        <translation>New, to accept</translation>
    </message>
    <message>
        <source>新建</source>
        <translation>New</translation>
    </message>
    <message>
        <source>新建时在地图上定网格和位置</source>
        <translation>In a new one, set grid and place on the map</translation>
    </message>
    <message>
        <source>新建时看可能是同一件的，再按看下一件</source>
        <translation>In a new one, look at possible duplicates; press again for the next</translation>
    </message>
    <message>
        <source>无法核实</source>
        <translation>Could not verify</translation>
    </message>
    <message>
        <source>日历</source>
        <translation>Calendar</translation>
    </message>
    <message>
        <source>日志没有改动，已重建的部分有效，下次接着重建。</source>
        <translation>The journal is unchanged, the rebuilt part counts; the next rebuild goes on from here.</translation>
    </message>
    <message>
        <source>日志表 {name} 有读不出的页，涉及的记录列在下面</source>
        <translation>Journal table {name} has unreadable pages; the records concerned are listed below</translation>
    </message>
    <message>
        <source>日报</source>
        <translation>Daily report</translation>
    </message>
    <message>
        <source>日期</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>日期 {value} 不对</source>
        <translation>Date {value} is wrong</translation>
    </message>
    <message>
        <source>时钟放大，远处看得清；再按一次还原</source>
        <translation>Large clock, readable from afar; press again to go back</translation>
    </message>
    <message>
        <source>时间</source>
        <translation>Time</translation>
    </message>
    <message>
        <source>时间不在 1990 至 2099 年之间：{value}</source>
        <translation>The time is not between 1990 and 2099: {value}</translation>
    </message>
    <message>
        <source>时间早于上次的记录。照常工作，记录不丢；请校准本机时间。</source>
        <translation>The time is earlier than that of the last record. Work goes on, no record is lost; set this machine&apos;s clock.</translation>
    </message>
    <message>
        <source>时间读不懂：{value}</source>
        <translation>The time cannot be read: {value}</translation>
    </message>
    <message>
        <source>时间远晚于上次的记录。照常工作，记录不丢；请校准本机时间。</source>
        <translation>The time is much later than that of the last record. Work goes on, no record is lost; set this machine&apos;s clock.</translation>
    </message>
    <message>
        <source>时限</source>
        <translation>Limit</translation>
    </message>
    <message>
        <source>时限停下，等人批准</source>
        <translation>The limit stops, with approval</translation>
    </message>
    <message>
        <source>时限加长，等人批准</source>
        <translation>A longer limit, with approval</translation>
    </message>
    <message>
        <source>时限已用</source>
        <translation>Limit used</translation>
    </message>
    <message>
        <source>时限折扣</source>
        <translation>Limit factor</translation>
    </message>
    <message>
        <source>时限未定</source>
        <translation>No limit set</translation>
    </message>
    <message>
        <source>时限比例 {value} 不能用</source>
        <translation>Limit factor {value} cannot be used</translation>
    </message>
    <message>
        <source>时限清单第 {row} 行“{column}”不对：{value}</source>
        <translation>Limits list row {row}, “{column}” is wrong: {value}</translation>
    </message>
    <message>
        <source>时限清单缺少 {class_code} 的{stage}时限</source>
        <translation>The limits list lacks {class_code}, {stage}</translation>
    </message>
    <message>
        <source>春节</source>
        <translation>Spring Festival</translation>
    </message>
    <message>
        <source>是</source>
        <translation>Yes</translation>
    </message>
    <message>
        <source>是同一个文件，在里面叫“{other}”；没有再加一份。</source>
        <translation>It is the same file, there called “{other}”; none was added.</translation>
    </message>
    <message>
        <source>是否保密</source>
        <translation>Confidential?</translation>
    </message>
    <message>
        <source>是否并案</source>
        <translation>Merge?</translation>
    </message>
    <message>
        <source>是否接通</source>
        <translation>Answered?</translation>
    </message>
    <message>
        <source>是否解决</source>
        <translation>Solved?</translation>
    </message>
    <message>
        <source>显示全部按键</source>
        <translation>Show all keys</translation>
    </message>
    <message>
        <source>更多操作</source>
        <translation>More actions</translation>
    </message>
    <message>
        <source>最多再延一个原时限：{limit}</source>
        <translation>One more original limit at most: {limit}</translation>
    </message>
    <message>
        <source>最多移动 {metres} 米；邻界处可能有窄缝。</source>
        <translation>Moved {metres} m at most; narrow gaps may appear at the borders.</translation>
    </message>
    <message>
        <source>有 {count} 条记录不在任何链上</source>
        <translation>{count} records are in no chain</translation>
    </message>
    <message>
        <source>有一件还没有分类</source>
        <translation>One of them has no class yet</translation>
    </message>
    <message>
        <source>有人送来服务自己的记录，服务没有接收</source>
        <translation>Someone sent the hub&apos;s own records; the hub did not take them</translation>
    </message>
    <message>
        <source>有几项申请：{choices}</source>
        <translation>Several requests: {choices}</translation>
    </message>
    <message>
        <source>有记录不属于本镇街，服务没有接收</source>
        <translation>Some records belong to another town; the hub did not take them</translation>
    </message>
    <message>
        <source>服务地址 {value} 不对</source>
        <translation>Hub address {value} is wrong</translation>
    </message>
    <message>
        <source>服务地址 {value} 没有加密</source>
        <translation>Hub address {value} is not encrypted</translation>
    </message>
    <message>
        <source>服务的范围是 {district}。</source>
        <translation>The hub&apos;s scope is {district}.</translation>
    </message>
    <message>
        <source>未收齐</source>
        <translation>Incomplete</translation>
    </message>
    <message>
        <source>未签收</source>
        <translation>Unsigned</translation>
    </message>
    <message>
        <source>未解决</source>
        <translation>Not solved</translation>
    </message>
    <message>
        <source>本单位无力处置</source>
        <translation>Unit lacks the means</translation>
    </message>
    <message>
        <source>本机可能是恢复的旧数据，没有丢失；下次交换会自动另起一段，并取回缺的记录。</source>
        <translation>This machine may hold restored older data; nothing is lost. The next exchange starts a new stretch by itself and fetches the missing records.</translation>
    </message>
    <message>
        <source>本机收到过的另一份原样保留，没有丢失；那边会重新登记，随后自动收到。</source>
        <translation>The other copy this machine received is kept as it is, nothing is lost; that side enrols again and its records then arrive by themselves.</translation>
    </message>
    <message>
        <source>本机照常工作，待发的记录没有丢失，稍后自动重试。</source>
        <translation>This machine works on as usual; records waiting to be sent are not lost and will be retried.</translation>
    </message>
    <message>
        <source>本机的见证文件不见了或写不进去，编号链另起一段</source>
        <translation>This machine&apos;s witness file is missing or cannot be written; the number chain starts a new stretch</translation>
    </message>
    <message>
        <source>本机这边的已另起一段重新登记并发出，不用做什么。请技术员查明是否有复制的数据目录在用。</source>
        <translation>What is on this machine was recorded anew in a new stretch and sent; nothing to do. Ask the technician whether a copied data folder is in use.</translation>
    </message>
    <message>
        <source>本站点已被停用</source>
        <translation>This station has been stopped</translation>
    </message>
    <message>
        <source>本站点打不开</source>
        <translation>This station cannot open it</translation>
    </message>
    <message>
        <source>本站点打不开这个附件</source>
        <translation>This station cannot open this attachment</translation>
    </message>
    <message>
        <source>本站点有两份数据各自记过事，两边的都已保留</source>
        <translation>Two copies of this station&apos;s data were both written to; both sides are kept</translation>
    </message>
    <message>
        <source>本站点没有指挥室密钥，不能登记来电人和附件</source>
        <translation>This station has no room key and cannot record callers or attachments</translation>
    </message>
    <message>
        <source>本站点没有签名密钥</source>
        <translation>This station has no signing key</translation>
    </message>
    <message>
        <source>本站点的记录还没有开始</source>
        <translation>This station&apos;s record has not begun</translation>
    </message>
    <message>
        <source>本站点还没有登记交换服务</source>
        <translation>This station is not enrolled with a hub</translation>
    </message>
    <message>
        <source>本系统不保存证件号，不能改作他用。</source>
        <translation>This system keeps no ID numbers; it cannot be put to another use.</translation>
    </message>
    <message>
        <source>本系统不保存证件号，请删去后再确认。</source>
        <translation>This system keeps no ID numbers; delete them, then confirm.</translation>
    </message>
    <message>
        <source>本级办不了，报上一级</source>
        <translation>Cannot be done at this level; escalate one up</translation>
    </message>
    <message>
        <source>权责</source>
        <translation>Responsibility</translation>
    </message>
    <message>
        <source>权责清单没有规定{area}的这一类由谁办，{name} 不能派</source>
        <translation>The responsibility list does not say who handles this class in {area}; {name} cannot dispatch</translation>
    </message>
    <message>
        <source>村社</source>
        <translation>Village</translation>
    </message>
    <message>
        <source>村社、网格</source>
        <translation>Village, grid</translation>
    </message>
    <message>
        <source>村社、网格（没办完的）</source>
        <translation>Village, grid (open work)</translation>
    </message>
    <message>
        <source>村社工作站</source>
        <translation>Village clerk</translation>
    </message>
    <message>
        <source>村社网格</source>
        <translation>Village and grid</translation>
    </message>
    <message>
        <source>来源</source>
        <translation>Source</translation>
    </message>
    <message>
        <source>来源分类</source>
        <translation>Source class</translation>
    </message>
    <message>
        <source>来源单位</source>
        <translation>Source unit</translation>
    </message>
    <message>
        <source>来源更新</source>
        <translation>Source update</translation>
    </message>
    <message>
        <source>来源状态</source>
        <translation>Source state</translation>
    </message>
    <message>
        <source>来源答复</source>
        <translation>Answer to source</translation>
    </message>
    <message>
        <source>来源编号</source>
        <translation>Source number</translation>
    </message>
    <message>
        <source>来电人</source>
        <translation>Caller</translation>
    </message>
    <message>
        <source>来电号码</source>
        <translation>Caller&apos;s phone</translation>
    </message>
    <message>
        <source>来访</source>
        <translation>Visit</translation>
    </message>
    <message>
        <source>查找</source>
        <translation>Find</translation>
    </message>
    <message>
        <source>查找的词太多，最多 {most} 个</source>
        <translation>Too many search words, {most} at most</translation>
    </message>
    <message>
        <source>查找；写 D 000123 直接办</source>
        <translation>Find; type D 000123 to act at once</translation>
    </message>
    <message>
        <source>查看</source>
        <translation>View</translation>
    </message>
    <message>
        <source>查看来电人</source>
        <translation>View caller</translation>
    </message>
    <message>
        <source>查看来电人并记录</source>
        <translation>View the caller and record it</translation>
    </message>
    <message>
        <source>查询</source>
        <translation>Search</translation>
    </message>
    <message>
        <source>查重</source>
        <translation>Duplicates</translation>
    </message>
    <message>
        <source>标记</source>
        <translation>Mark</translation>
    </message>
    <message>
        <source>标记这一列的全部；Esc 取消</source>
        <translation>Mark all in this column; Esc cancels</translation>
    </message>
    <message>
        <source>标记，标好的一起办</source>
        <translation>Mark; marked ones are done together</translation>
    </message>
    <message>
        <source>标题</source>
        <translation>Title</translation>
    </message>
    <message>
        <source>核实</source>
        <translation>Verify</translation>
    </message>
    <message>
        <source>核实中</source>
        <translation>Verifying</translation>
    </message>
    <message>
        <source>核实什么</source>
        <translation>What to verify</translation>
    </message>
    <message>
        <source>核实结果</source>
        <translation>Finding</translation>
    </message>
    <message>
        <source>核对备份</source>
        <translation>Verify backup</translation>
    </message>
    <message>
        <source>核对数据</source>
        <translation>Verify data</translation>
    </message>
    <message>
        <source>核查</source>
        <translation>Check</translation>
    </message>
    <message>
        <source>核查不合格，单位重新办</source>
        <translation>Check failed, the unit does it again</translation>
    </message>
    <message>
        <source>核查通过</source>
        <translation>Check passed</translation>
    </message>
    <message>
        <source>核查通过并结案</source>
        <translation>Check passed, close</translation>
    </message>
    <message>
        <source>检查以后，又有人发布了{kind}清单，没有发布</source>
        <translation>Since the check someone else published the list {kind}; not published</translation>
    </message>
    <message>
        <source>检查已中止</source>
        <translation>Check stopped</translation>
    </message>
    <message>
        <source>次</source>
        <translation>times</translation>
    </message>
    <message>
        <source>次序</source>
        <translation>Order</translation>
    </message>
    <message>
        <source>此时能做的见详情里的按钮。</source>
        <translation>What can be done now: see the buttons in the detail.</translation>
    </message>
    <message>
        <source>步骤</source>
        <translation>Step</translation>
    </message>
    <message>
        <source>步骤名称</source>
        <translation>Step name</translation>
    </message>
    <message>
        <source>每个单位至少要有一行权责：做主办或协办。补上这一行，或先把单位从单位清单里去掉。</source>
        <translation>Each unit needs at least one line of responsibility, as lead or co-unit. Add the line, or first take the unit off the unit list.</translation>
    </message>
    <message>
        <source>每个文件最大 20 MB；请缩小后再加。</source>
        <translation>A file may have 20 MB at most; make it smaller, then add it.</translation>
    </message>
    <message>
        <source>每个状态只归一个阶段，请删去一处。</source>
        <translation>A state belongs to one stage only; delete one of the two.</translation>
    </message>
    <message>
        <source>每个状态都要归一个阶段，请补上。</source>
        <translation>Every state must belong to a stage; add it.</translation>
    </message>
    <message>
        <source>每个登记码只能用一次，请再领一个。</source>
        <translation>An enrolment code works only once; get another.</translation>
    </message>
    <message>
        <source>没有 {name} 可以撤销的一步</source>
        <translation>{name} has no step to undo</translation>
    </message>
    <message>
        <source>没有“{value}”这种清单</source>
        <translation>There is no list “{value}”</translation>
    </message>
    <message>
        <source>没有上报时间</source>
        <translation>No time reported</translation>
    </message>
    <message>
        <source>没有上报时间列</source>
        <translation>No column for time reported</translation>
    </message>
    <message>
        <source>没有丢失，照常工作。原来那份如还在用，两份的编号不会相同。</source>
        <translation>Nothing is lost, work goes on. If the original copy is still in use, the two will not share numbers.</translation>
    </message>
    <message>
        <source>没有保存；查找的条件还在。</source>
        <translation>Not saved; the search conditions are still there.</translation>
    </message>
    <message>
        <source>没有保存；请先删除不用的。</source>
        <translation>Not saved; delete unused ones first.</translation>
    </message>
    <message>
        <source>没有再写入，以免扩大；仍可查询和导出。请技术员在“备份”页或用 griddesk repair 修复。</source>
        <translation>Writing stopped so that it does not spread; searching and exporting still work. Ask the technician to repair it on the “Backup” page or with griddesk repair.</translation>
    </message>
    <message>
        <source>没有再加；最要紧的已在里面。</source>
        <translation>No more were added; the most important are in.</translation>
    </message>
    <message>
        <source>没有写入。有这些：{known}。</source>
        <translation>Nothing was written. There are: {known}.</translation>
    </message>
    <message>
        <source>没有写入。现在写的是 {value}。</source>
        <translation>Nothing was written. It now says {value}.</translation>
    </message>
    <message>
        <source>没有写入。要的是 FeatureCollection；请从地图软件重新导出。</source>
        <translation>Nothing was written. A FeatureCollection is needed; export again from the map software.</translation>
    </message>
    <message>
        <source>没有写入。请从地图软件导出为 GeoJSON。</source>
        <translation>Nothing was written. Export as GeoJSON from the map software.</translation>
    </message>
    <message>
        <source>没有写入。请保存报告并联系技术员。</source>
        <translation>Nothing was written. Save the report and contact the technician.</translation>
    </message>
    <message>
        <source>没有写入。请写成 2026-12-01。</source>
        <translation>Nothing was written. Write it as 2026-12-01.</translation>
    </message>
    <message>
        <source>没有写入。请分成几个文件。</source>
        <translation>Nothing was written. Split it into several files.</translation>
    </message>
    <message>
        <source>没有写入。请分成几个文件，或先简化边界。</source>
        <translation>Nothing was written. Split it into several files, or simplify the boundaries first.</translation>
    </message>
    <message>
        <source>没有写入。请只留一样，再确认。</source>
        <translation>Nothing was written. Leave only one, then confirm.</translation>
    </message>
    <message>
        <source>没有写入。请对照新版本再看一遍改动，别丢了别人改的行，再发布。</source>
        <translation>Nothing was written. Compare your changes with the new version, so that no one else&apos;s lines are lost, then publish.</translation>
    </message>
    <message>
        <source>没有写入。请尽快办结，或申请挂起。</source>
        <translation>Nothing was written. Finish it soon, or ask for a hold.</translation>
    </message>
    <message>
        <source>没有写入。请尽快办结；确实停着的，申请挂起。</source>
        <translation>Nothing was written. Finish it soon; if it really stands still, ask for a hold.</translation>
    </message>
    <message>
        <source>没有写入。请指定，有这些：{known}。</source>
        <translation>Nothing was written. Name one of these: {known}.</translation>
    </message>
    <message>
        <source>没有写入。请按 Esc 收起，再按 Y，看过全部说法再定。</source>
        <translation>Nothing was written. Press Esc to close, then Y; read every side before you settle it.</translation>
    </message>
    <message>
        <source>没有写入。请按 F5 再看事件 {value}。</source>
        <translation>Nothing was written. Press F5 and look at incident {value} again.</translation>
    </message>
    <message>
        <source>没有写入。请按数字选一个。</source>
        <translation>Nothing was written. Choose one by its digit.</translation>
    </message>
    <message>
        <source>没有写入。请按村社分成几个文件，或先简化边界。</source>
        <translation>Nothing was written. Split it into several files by village, or simplify the boundaries first.</translation>
    </message>
    <message>
        <source>没有写入。请等审批；要改的，先按 . 选“撤回申请”。</source>
        <translation>Nothing was written. Wait for approval; to change it, press . and choose “Withdraw request” first.</translation>
    </message>
    <message>
        <source>没有写入。请联系技术员。（{detail}）</source>
        <translation>Nothing was written. Contact the technician. ({detail})</translation>
    </message>
    <message>
        <source>没有写入。请选另一个分类，不改就按 Esc。</source>
        <translation>Nothing was written. Choose another class, or press Esc to leave it.</translation>
    </message>
    <message>
        <source>没有写入。请问清数据用的是哪一种：{known}。</source>
        <translation>Nothing was written. Find out which of these the data uses: {known}.</translation>
    </message>
    <message>
        <source>没有写入。重点场所不记个人。</source>
        <translation>Nothing was written. Key places hold no persons.</translation>
    </message>
    <message>
        <source>没有写入任何内容。</source>
        <translation>Nothing was written.</translation>
    </message>
    <message>
        <source>没有写入任何内容。日期应像 2027-10-01，休息写 1，上班写 0。</source>
        <translation>Nothing was written. A date looks like 2027-10-01; write 1 for off, 0 for working.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请只留一行。</source>
        <translation>Nothing was written. Leave only one line.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请对方重新发送。</source>
        <translation>Nothing was written. Ask the other side to send it again.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请更新程序。</source>
        <translation>Nothing was written. Update the program.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请查明来源。</source>
        <translation>Nothing was written. Find out where it comes from.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请核对文件。</source>
        <translation>Nothing was written. Check the file.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请联系技术员。</source>
        <translation>Nothing was written. Contact the technician.</translation>
    </message>
    <message>
        <source>没有写入任何内容，原来的数据没有改动。</source>
        <translation>Nothing was written; the data that was there is unchanged.</translation>
    </message>
    <message>
        <source>没有写入任何内容，数据没有丢失。请把原来的 site.json 和数据文件放回同一个目录。</source>
        <translation>Nothing was written, no data is lost. Put the original site.json and the data file back into one folder.</translation>
    </message>
    <message>
        <source>没有写入，原有的没有丢失。请检查权限和磁盘，或用 GRIDDESK_HOME 换一个目录。</source>
        <translation>Nothing was written, nothing is lost. Check permissions and disk, or set another folder with GRIDDESK_HOME.</translation>
    </message>
    <message>
        <source>没有写入，已填的还在。按 Esc 收起，按 E 加照片再来；拍不了的，写明没有照片的原因。</source>
        <translation>Nothing was written; what you filled in is kept. Press Esc to close and E to add a photo; if none can be taken, say why.</translation>
    </message>
    <message>
        <source>没有写入，已填的还在。请另选一家。</source>
        <translation>Nothing was written; what you filled in is kept. Choose another unit.</translation>
    </message>
    <message>
        <source>没有写入，已填的还在。请按 N 上报，由镇街受理。</source>
        <translation>Nothing was written; what you filled in is kept. Press N to report it, the town will accept it.</translation>
    </message>
    <message>
        <source>没有写入，已填的还在。请改小。</source>
        <translation>Nothing was written; what you filled in is kept. Make it smaller.</translation>
    </message>
    <message>
        <source>没有写入，已填的还在。请改日期，到期不够再申请。</source>
        <translation>Nothing was written; what you filled in is kept. Change the date; if that is too short, ask again then.</translation>
    </message>
    <message>
        <source>没有写入，已填的还在。请核对编号；也可能不在您的管辖范围内。</source>
        <translation>Nothing was written; what you filled in is kept. Check the number; it may also lie outside your area.</translation>
    </message>
    <message>
        <source>没有写入，数据没有丢失。日历只到 {value} 年；请核对时限清单和本机时间。</source>
        <translation>Nothing was written, no data is lost. The calendar ends with {value}; check the limit list and this machine&apos;s clock.</translation>
    </message>
    <message>
        <source>没有写入，数据没有丢失。请用已打开的那个，或先关闭它再试。</source>
        <translation>Nothing was written, no data is lost. Use the one already open, or close it first and try again.</translation>
    </message>
    <message>
        <source>没有写入；代码的前几位就是上级的代码，请核对。</source>
        <translation>Nothing was written; a code begins with the code of the level above, check it.</translation>
    </message>
    <message>
        <source>没有写入；其他站点的记录照常交换。</source>
        <translation>Nothing was written; other stations&apos; records go on being exchanged.</translation>
    </message>
    <message>
        <source>没有写入；可先导出现行清单，照它的表头填。</source>
        <translation>Nothing was written; you can export the current list first and fill in under its headings.</translation>
    </message>
    <message>
        <source>没有写入；请先补上上级。</source>
        <translation>Nothing was written; add the level above first.</translation>
    </message>
    <message>
        <source>没有写入；请删去一行。</source>
        <translation>Nothing was written; delete one line.</translation>
    </message>
    <message>
        <source>没有写入；请检查文件和表头。</source>
        <translation>Nothing was written; check the file and its headings.</translation>
    </message>
    <message>
        <source>没有写入；请重新打开后再试。</source>
        <translation>Nothing was written; open it again and retry.</translation>
    </message>
    <message>
        <source>没有写完的不会当作备份，数据没有改动。请检查盘是否插好、能不能写。（{detail}）</source>
        <translation>What was not finished does not count as a backup; the data is unchanged. Check that the disk is plugged in and can be written. ({detail})</translation>
    </message>
    <message>
        <source>没有写完的已删去，别的备份和数据都没有改动。请清理或换一块盘。</source>
        <translation>What was not finished has been deleted; other backups and the data are unchanged. Clean up or use another disk.</translation>
    </message>
    <message>
        <source>没有动作 {value}</source>
        <translation>There is no action {value}</translation>
    </message>
    <message>
        <source>没有单位“{value}”</source>
        <translation>There is no unit “{value}”</translation>
    </message>
    <message>
        <source>没有发出任何内容。请技术员核对后重新登记。</source>
        <translation>Nothing was sent. Ask the technician to check and enrol again.</translation>
    </message>
    <message>
        <source>没有发出任何内容。请技术员核对证书（--ca）。</source>
        <translation>Nothing was sent. Ask the technician to check the certificate (--ca).</translation>
    </message>
    <message>
        <source>没有受理，已填的还在。看过不是重复的，勾“看过，不是重复”；是重复的，按 Esc 再按 M 并案。</source>
        <translation>Not accepted; what you filled in is kept. If it is no duplicate, tick “Seen, not a duplicate”; if it is, press Esc, then M to merge.</translation>
    </message>
    <message>
        <source>没有可用的备份，损坏的文件里也读不出记录</source>
        <translation>No usable backup, and no records can be read from the damaged file</translation>
    </message>
    <message>
        <source>没有在走的分步时限</source>
        <translation>No step limit is running</translation>
    </message>
    <message>
        <source>没有字段 {column}</source>
        <translation>There is no field {column}</translation>
    </message>
    <message>
        <source>没有工位 {value}</source>
        <translation>There is no workstation {value}</translation>
    </message>
    <message>
        <source>没有待审批的申请</source>
        <translation>No request waits for approval</translation>
    </message>
    <message>
        <source>没有打开的表单</source>
        <translation>No form is open</translation>
    </message>
    <message>
        <source>没有找到</source>
        <translation>Nothing found</translation>
    </message>
    <message>
        <source>没有找到事件 {value}</source>
        <translation>Incident {value} not found</translation>
    </message>
    <message>
        <source>没有找到标题、内容等列；可在导入页面手工指定。</source>
        <translation>No columns for title, content and so on; set them by hand on the import page.</translation>
    </message>
    <message>
        <source>没有指定以谁的身份</source>
        <translation>It is not said on whose behalf</translation>
    </message>
    <message>
        <source>没有指挥室密钥，或附件已被删除；密钥请在指挥室另一台工位上授权。</source>
        <translation>No room key, or the attachment was deleted; the key is granted at another workstation of the room.</translation>
    </message>
    <message>
        <source>没有改动。</source>
        <translation>Nothing was changed.</translation>
    </message>
    <message>
        <source>没有改动。不办了的，再按一次放下。</source>
        <translation>Nothing was changed. If you are not going to handle it, press again to let it go.</translation>
    </message>
    <message>
        <source>没有改动。不能再往上报。</source>
        <translation>Nothing was changed. It cannot be escalated further.</translation>
    </message>
    <message>
        <source>没有改动。不能再往下派。</source>
        <translation>Nothing was changed. It cannot be sent further down.</translation>
    </message>
    <message>
        <source>没有改动。催办不用答复。</source>
        <translation>Nothing was changed. An urging needs no reply.</translation>
    </message>
    <message>
        <source>没有改动。办不了的，请申请挂起或延期，或与值班长联系。</source>
        <translation>Nothing was changed. If you cannot handle it, ask for a hold or an extension, or contact the shift leader.</translation>
    </message>
    <message>
        <source>没有改动。办完了请按 F 反馈。</source>
        <translation>Nothing was changed. When it is done, press F to report back.</translation>
    </message>
    <message>
        <source>没有改动。办完了请按 F 反馈，时限到那时才停。</source>
        <translation>Nothing was changed. When it is done, press F to report back; only then does the clock stop.</translation>
    </message>
    <message>
        <source>没有改动。只能撤销自己在这件事件上办的最后一步；看过来电人不算一步。</source>
        <translation>Nothing was changed. You can undo only your own last step on this incident; viewing the caller is not a step.</translation>
    </message>
    <message>
        <source>没有改动。只能放下自己认领的。</source>
        <translation>Nothing was changed. You can let go only of what you took on yourself.</translation>
    </message>
    <message>
        <source>没有改动。可能别人刚批过，按 F5 再看。</source>
        <translation>Nothing was changed. Someone may just have approved it; press F5 and look again.</translation>
    </message>
    <message>
        <source>没有改动。多派了的，按 Shift+Z 撤下协办单位；派错了的，请单位退单。</source>
        <translation>Nothing was changed. If too many units were sent, press Shift+Z to withdraw a co-unit; if the wrong one, ask the unit to refuse.</translation>
    </message>
    <message>
        <source>没有改动。它可能还没有收到，或不在您的管辖范围内。</source>
        <translation>Nothing was changed. It may not have arrived yet, or lie outside your area.</translation>
    </message>
    <message>
        <source>没有改动。由那一级的人办；本级办不了的按 U 上报，该下一级办的按 Shift+U 下派。</source>
        <translation>Nothing was changed. It is for those of that level; press U to escalate what this level cannot do, Shift+U to send down what the next level should do.</translation>
    </message>
    <message>
        <source>没有改动。登记错了的，按 Shift+X 申请作废，由另一人批准。</source>
        <translation>Nothing was changed. If it was recorded by mistake, press Shift+X to ask for void; another person approves.</translation>
    </message>
    <message>
        <source>没有改动。程序只理顺断线时两处各办一半的事件。</source>
        <translation>Nothing was changed. The program sets right only incidents that two places half handled while the line was cut.</translation>
    </message>
    <message>
        <source>没有改动。纸上已经写了这一步；请用反过来的动作改，再打印一张。</source>
        <translation>Nothing was changed. The paper already shows this step; put it right with the opposite action and print again.</translation>
    </message>
    <message>
        <source>没有改动。要两个人：请另一人审批。</source>
        <translation>Nothing was changed. It takes two persons: ask another one to approve.</translation>
    </message>
    <message>
        <source>没有改动。要换主办，请在签收前按 Z 撤回，重新分流。</source>
        <translation>Nothing was changed. To change the lead, recall it with Z before it is signed and dispatch again.</translation>
    </message>
    <message>
        <source>没有改动。要接过来的，请明确接手；对方会看到。</source>
        <translation>Nothing was changed. To get it, take it over expressly; the other person will see it.</translation>
    </message>
    <message>
        <source>没有改动。请值班长指定单位，指定后不能再退。</source>
        <translation>Nothing was changed. Ask the shift leader to name a unit; after that it cannot be refused.</translation>
    </message>
    <message>
        <source>没有改动。请值班长指定单位，派出时记为权责缺口；村社一级的先按 U 上报。</source>
        <translation>Nothing was changed. Ask the shift leader to name a unit, it is noted as a gap in responsibility; at village level press U to escalate first.</translation>
    </message>
    <message>
        <source>没有改动。请值班长改类，或按 Shift+Q 申请改类。</source>
        <translation>Nothing was changed. Ask the shift leader to reclassify, or press Shift+Q to ask for it.</translation>
    </message>
    <message>
        <source>没有改动。请先在那几件上按 Shift+M 撤销并案，再批准。</source>
        <translation>Nothing was changed. Unmerge those with Shift+M first, then approve.</translation>
    </message>
    <message>
        <source>没有改动。请先打开一次窗口完成升级。</source>
        <translation>Nothing was changed. Open the window once first to finish the upgrade.</translation>
    </message>
    <message>
        <source>没有改动。请到 {value} 上撤销，这一件会一起还原。</source>
        <translation>Nothing was changed. Undo it on {value}; this one comes back with it.</translation>
    </message>
    <message>
        <source>没有改动。请受理后答复，或请值班长处理。</source>
        <translation>Nothing was changed. Accept it and reply, or ask the shift leader to deal with it.</translation>
    </message>
    <message>
        <source>没有改动。请填另一件事件的编号。</source>
        <translation>Nothing was changed. Enter the number of another incident.</translation>
    </message>
    <message>
        <source>没有改动。请并到还在办的那一件。</source>
        <translation>Nothing was changed. Merge into the one that is still open.</translation>
    </message>
    <message>
        <source>没有改动。请按 N 登记一件新的。</source>
        <translation>Nothing was changed. Press N to record a new one.</translation>
    </message>
    <message>
        <source>没有改动。请本人撤回，或由值班长驳回。</source>
        <translation>Nothing was changed. Its author can withdraw it, or the shift leader decline it.</translation>
    </message>
    <message>
        <source>没有改动。请派出的人或值班长撤回。</source>
        <translation>Nothing was changed. The one who dispatched it or the shift leader can recall it.</translation>
    </message>
    <message>
        <source>没有改动。请用反过来的动作（撤回、返工、重办、撤销并案等），或写备注告诉值班长。</source>
        <translation>Nothing was changed. Use the opposite action (recall, redo, reopen, unmerge …), or write a note to the shift leader.</translation>
    </message>
    <message>
        <source>没有改动。请留空报上一级，或按 . 选“申请越级”请值班长批准。</source>
        <translation>Nothing was changed. Leave it empty to escalate one level, or press . and choose “Ask to skip a level” for the shift leader to approve.</translation>
    </message>
    <message>
        <source>没有改动。请签收办理，或与分流员联系改派。</source>
        <translation>Nothing was changed. Sign and handle it, or ask the dispatcher to send it elsewhere.</translation>
    </message>
    <message>
        <source>没有改动。请选别的单位。</source>
        <translation>Nothing was changed. Choose another unit.</translation>
    </message>
    <message>
        <source>没有改动。请选别的备份；没有别的，把这个目录原样留着，交技术员。</source>
        <translation>Nothing was changed. Choose another backup; if there is none, leave this folder as it is and give it to the technician.</translation>
    </message>
    <message>
        <source>没有改动。请选是哪一项。</source>
        <translation>Nothing was changed. Choose which one.</translation>
    </message>
    <message>
        <source>没有改动。请选更高的一级，或留空报上一级。</source>
        <translation>Nothing was changed. Choose a higher level, or leave it empty to escalate one level.</translation>
    </message>
    <message>
        <source>没有改动。请选本区划以内的村社或网格。</source>
        <translation>Nothing was changed. Choose a village or grid within this area.</translation>
    </message>
    <message>
        <source>没有改动。请驳回；还要延期的，请单位重新申请。</source>
        <translation>Nothing was changed. Decline it; if an extension is still wanted, the unit asks again.</translation>
    </message>
    <message>
        <source>没有改动。请驳回；还要挂起的，请单位重新申请。</source>
        <translation>Nothing was changed. Decline it; if a hold is still wanted, the unit asks again.</translation>
    </message>
    <message>
        <source>没有改动。都已签收、反馈或撤下了。</source>
        <translation>Nothing was changed. All have signed, reported back or been withdrawn.</translation>
    </message>
    <message>
        <source>没有改动任何内容；请换一份多些的表，或用 --folds 少分几份。</source>
        <translation>Nothing was changed; use a table with more lines, or fewer parts with --folds.</translation>
    </message>
    <message>
        <source>没有改动任何内容；请核对 --text、--content、--label 写的列名。</source>
        <translation>Nothing was changed; check the column names given with --text, --content, --label.</translation>
    </message>
    <message>
        <source>没有改动任何文件。</source>
        <translation>No file was changed.</translation>
    </message>
    <message>
        <source>没有改动任何文件。请不要重新建立；请技术员从备份恢复，或从服务取回。</source>
        <translation>No file was changed. Do not create it anew; ask the technician to restore from a backup or fetch from the hub.</translation>
    </message>
    <message>
        <source>没有改动，不需要新版本。</source>
        <translation>Nothing changed, no new version needed.</translation>
    </message>
    <message>
        <source>没有改动，没有丢失。请安装新版本再打开；急用可先读出来（griddesk export-ops）。</source>
        <translation>Nothing was changed, nothing is lost. Install the new version and open it again; if urgent, read it out first (griddesk export-ops).</translation>
    </message>
    <message>
        <source>没有来电人，或您无权查看</source>
        <translation>No caller, or you may not see it</translation>
    </message>
    <message>
        <source>没有查询，也没有记录；请重新输入电话的最后四位。</source>
        <translation>Nothing was searched or recorded; enter the last four digits of the phone again.</translation>
    </message>
    <message>
        <source>没有查询；请减少空格隔开的词，或把它们连起来写。</source>
        <translation>Nothing was searched; use fewer words between blanks, or write them together.</translation>
    </message>
    <message>
        <source>没有标题、内容列</source>
        <translation>No columns for title, content</translation>
    </message>
    <message>
        <source>没有正在进行的响应 {value}</source>
        <translation>No response {value} is under way</translation>
    </message>
    <message>
        <source>没有照片的原因</source>
        <translation>Why no photo</translation>
    </message>
    <message>
        <source>没有生效</source>
        <translation>No effect</translation>
    </message>
    <message>
        <source>没有生效的撤销</source>
        <translation>Undo without effect</translation>
    </message>
    <message>
        <source>没有用户 {value}</source>
        <translation>There is no user {value}</translation>
    </message>
    <message>
        <source>没有等答复的督办牌</source>
        <translation>No card waits for a reply</translation>
    </message>
    <message>
        <source>没有等签收的单位</source>
        <translation>No unit waits to sign</translation>
    </message>
    <message>
        <source>没有编号</source>
        <translation>No number</translation>
    </message>
    <message>
        <source>没有编号为 {value} 的事件</source>
        <translation>There is no incident numbered {value}</translation>
    </message>
    <message>
        <source>没有编码为 {value} 的事项分类</source>
        <translation>There is no class with code {value}</translation>
    </message>
    <message>
        <source>没有编码为 {value} 的单位</source>
        <translation>There is no unit with code {value}</translation>
    </message>
    <message>
        <source>没有编码为 {value} 的网格</source>
        <translation>There is no grid with code {value}</translation>
    </message>
    <message>
        <source>没有编码为 {value} 的重点场所</source>
        <translation>There is no key place with code {value}</translation>
    </message>
    <message>
        <source>没有要理顺的</source>
        <translation>Nothing to set right</translation>
    </message>
    <message>
        <source>没有选坐标系</source>
        <translation>No coordinate system chosen</translation>
    </message>
    <message>
        <source>没有都定位，只比地址文字</source>
        <translation>Not both located, only address texts compared</translation>
    </message>
    <message>
        <source>油</source>
        <translation>F</translation>
    </message>
    <message>
        <source>流转</source>
        <translation>Flow</translation>
    </message>
    <message>
        <source>浅色、深色、高对比</source>
        <translation>Light, dark, high contrast</translation>
    </message>
    <message>
        <source>测试件</source>
        <translation>Test entry</translation>
    </message>
    <message>
        <source>涝</source>
        <translation>W</translation>
    </message>
    <message>
        <source>清单</source>
        <translation>List</translation>
    </message>
    <message>
        <source>清单 {path} 第 {row} 行不对：{reason}</source>
        <translation>List {path}, line {row} is wrong: {reason}</translation>
    </message>
    <message>
        <source>清单里没有一行</source>
        <translation>The list has no line</translation>
    </message>
    <message>
        <source>清明节</source>
        <translation>Tomb-sweeping Day</translation>
    </message>
    <message>
        <source>满意</source>
        <translation>Satisfied</translation>
    </message>
    <message>
        <source>满意度</source>
        <translation>Satisfaction</translation>
    </message>
    <message>
        <source>演示数据不能用真实区划。</source>
        <translation>Demo data may not use real areas.</translation>
    </message>
    <message>
        <source>演示镇的代码要以 99 开头：{value}</source>
        <translation>The code of a demo town begins with 99: {value}</translation>
    </message>
    <message>
        <source>点</source>
        <translation>P</translation>
    </message>
    <message>
        <source>照常工作，没有丢失，但还原过的旧数据可能认不出来。请技术员检查见证目录的权限和空间。</source>
        <translation>Work goes on, nothing is lost, but restored older data may go unrecognised. Ask the technician to check permissions and space of the witness folder.</translation>
    </message>
    <message>
        <source>版本</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>特急</source>
        <translation>Critical</translation>
    </message>
    <message>
        <source>状态</source>
        <translation>State</translation>
    </message>
    <message>
        <source>状态“{state}”已在前面的阶段里</source>
        <translation>State “{state}” is already in an earlier stage</translation>
    </message>
    <message>
        <source>环节</source>
        <translation>Stage</translation>
    </message>
    <message>
        <source>现有的没有丢失，照常工作。如果数据是恢复的，又登记了交换服务，恢复点以后发出过的会自动取回；没有登记的，请技术员核对备份。</source>
        <translation>What is here is not lost, work goes on. If the data was restored and a hub is enrolled, what was sent after the restore point is fetched by itself; if none is enrolled, ask the technician to check the backups.</translation>
    </message>
    <message>
        <source>现有的没有丢失，照常工作。恢复点以后的：登记了交换服务、发出过的会自动取回；没有登记的，只在较新的备份或原来的文件里，请技术员核对。</source>
        <translation>What is here is not lost, work goes on. What came after the restore point: with a hub enrolled, what was sent is fetched by itself; without one it is only in newer backups or the original file. Ask the technician to check.</translation>
    </message>
    <message>
        <source>生效</source>
        <translation>In force</translation>
    </message>
    <message>
        <source>生效中</source>
        <translation>In force</translation>
    </message>
    <message>
        <source>生效日期早于今天，没有发布</source>
        <translation>The date of effect is before today; not published</translation>
    </message>
    <message>
        <source>用 griddesk enrol --stations 查看。</source>
        <translation>See griddesk enrol --stations.</translation>
    </message>
    <message>
        <source>用 griddesk list --users 查看用户。</source>
        <translation>See the users with griddesk list --users.</translation>
    </message>
    <message>
        <source>用 griddesk places list 查看。</source>
        <translation>See griddesk places list.</translation>
    </message>
    <message>
        <source>用几个词筛：紧急 采薇 超时</source>
        <translation>Filter by a few words: urgent caiwei late</translation>
    </message>
    <message>
        <source>用户</source>
        <translation>User</translation>
    </message>
    <message>
        <source>用户清单第 {row} 行的角色不认识：{value}</source>
        <translation>User list, line {row}: unknown role {value}</translation>
    </message>
    <message>
        <source>用语</source>
        <translation>Phrase</translation>
    </message>
    <message>
        <source>申请</source>
        <translation>Requests</translation>
    </message>
    <message>
        <source>申请作废</source>
        <translation>Ask for void</translation>
    </message>
    <message>
        <source>申请延期</source>
        <translation>Ask for extension</translation>
    </message>
    <message>
        <source>申请延期以后时限已经换过，不能照原样批准</source>
        <translation>The limit has changed since the extension was asked for; it cannot be approved as it stands</translation>
    </message>
    <message>
        <source>申请强制结案</source>
        <translation>Ask for forced close</translation>
    </message>
    <message>
        <source>申请强制结案，等主任批准</source>
        <translation>Ask for forced close, the room director approves</translation>
    </message>
    <message>
        <source>申请挂起</source>
        <translation>Ask for hold</translation>
    </message>
    <message>
        <source>申请挂起的日期已经过了</source>
        <translation>The date the hold was asked for has passed</translation>
    </message>
    <message>
        <source>申请撤销并案</source>
        <translation>Ask for unmerge</translation>
    </message>
    <message>
        <source>申请改类</source>
        <translation>Ask for reclass</translation>
    </message>
    <message>
        <source>申请理由</source>
        <translation>Reason for asking</translation>
    </message>
    <message>
        <source>申请移出</source>
        <translation>Ask to take out</translation>
    </message>
    <message>
        <source>申请越级</source>
        <translation>Ask to skip a level</translation>
    </message>
    <message>
        <source>电话</source>
        <translation>Phone</translation>
    </message>
    <message>
        <source>电话催签</source>
        <translation>Phone to urge signing</translation>
    </message>
    <message>
        <source>电话确认人</source>
        <translation>Confirmed on the phone by</translation>
    </message>
    <message>
        <source>画一个圆，选里面的事件</source>
        <translation>Draw a circle, choose the incidents in it</translation>
    </message>
    <message>
        <source>画一个多边形，选里面的事件</source>
        <translation>Draw a polygon, choose the incidents in it</translation>
    </message>
    <message>
        <source>界限</source>
        <translation>Threshold</translation>
    </message>
    <message>
        <source>界限单位</source>
        <translation>Threshold unit</translation>
    </message>
    <message>
        <source>疑似重复</source>
        <translation>Likely duplicate</translation>
    </message>
    <message>
        <source>登记一件已经自己办好的</source>
        <translation>Record one you have already handled</translation>
    </message>
    <message>
        <source>登记一件新事件</source>
        <translation>Record a new incident</translation>
    </message>
    <message>
        <source>登记下一件</source>
        <translation>Record next</translation>
    </message>
    <message>
        <source>登记不能撤销</source>
        <translation>A recording cannot be undone</translation>
    </message>
    <message>
        <source>登记单位签收</source>
        <translation>Record that a unit signed</translation>
    </message>
    <message>
        <source>登记回访</source>
        <translation>Record a call-back</translation>
    </message>
    <message>
        <source>登记处置结果</source>
        <translation>Record the result of handling</translation>
    </message>
    <message>
        <source>登记核实结果</source>
        <translation>Record finding</translation>
    </message>
    <message>
        <source>登记码不对</source>
        <translation>Wrong enrolment code</translation>
    </message>
    <message>
        <source>登记码不属于本站点的镇街</source>
        <translation>The enrolment code is not for this station&apos;s town</translation>
    </message>
    <message>
        <source>登记码已经用过</source>
        <translation>The enrolment code has been used</translation>
    </message>
    <message>
        <source>登记码已过期</source>
        <translation>The enrolment code has expired</translation>
    </message>
    <message>
        <source>登记网格看到的</source>
        <translation>Record what the grid saw</translation>
    </message>
    <message>
        <source>百分比</source>
        <translation>percent</translation>
    </message>
    <message>
        <source>直接办</source>
        <translation>Act at once</translation>
    </message>
    <message>
        <source>相似</source>
        <translation>Similar</translation>
    </message>
    <message>
        <source>看不出哪个属性是编码</source>
        <translation>Cannot tell which property is the code</translation>
    </message>
    <message>
        <source>看到的情况</source>
        <translation>What was seen</translation>
    </message>
    <message>
        <source>看整个镇</source>
        <translation>See the whole town</translation>
    </message>
    <message>
        <source>看疑似重复</source>
        <translation>See likely duplicates</translation>
    </message>
    <message>
        <source>看过，不是重复</source>
        <translation>Seen, not a duplicate</translation>
    </message>
    <message>
        <source>督办</source>
        <translation>Supervise</translation>
    </message>
    <message>
        <source>督办升级</source>
        <translation>Supervision steps</translation>
    </message>
    <message>
        <source>督办员</source>
        <translation>Supervisor</translation>
    </message>
    <message>
        <source>督办牌</source>
        <translation>Card</translation>
    </message>
    <message>
        <source>督办等级</source>
        <translation>Card level</translation>
    </message>
    <message>
        <source>督办要求</source>
        <translation>What is required</translation>
    </message>
    <message>
        <source>确认</source>
        <translation>Confirm</translation>
    </message>
    <message>
        <source>确认表单；Shift+Enter 换行</source>
        <translation>Confirm the form; Shift+Enter starts a new line</translation>
    </message>
    <message>
        <source>确认，接着登记下一件</source>
        <translation>Confirm, then record the next one</translation>
    </message>
    <message>
        <source>磁盘变成只读，暂时不能保存</source>
        <translation>The disk has become read-only; saving is not possible for now</translation>
    </message>
    <message>
        <source>磁盘变成只读，这一步没有保存</source>
        <translation>The disk has become read-only; this step was not saved</translation>
    </message>
    <message>
        <source>磁盘只剩 {free} MB，已暂停写入</source>
        <translation>The disk has {free} MB left; writing is paused</translation>
    </message>
    <message>
        <source>磁盘坏了会一起丢失，请换成 U 盘或另一块磁盘。</source>
        <translation>It would be lost with the disk; use a USB stick or another disk.</translation>
    </message>
    <message>
        <source>磁盘已满，暂时不能保存</source>
        <translation>The disk is full; saving is not possible for now</translation>
    </message>
    <message>
        <source>磁盘已满，这一步没有做成</source>
        <translation>The disk is full; this step was not done</translation>
    </message>
    <message>
        <source>磁盘读写出错，暂时不能保存</source>
        <translation>Disk error; saving is not possible for now</translation>
    </message>
    <message>
        <source>磁盘读写出错，这一步没有保存</source>
        <translation>Disk error; this step was not saved</translation>
    </message>
    <message>
        <source>移出一件</source>
        <translation>Take one out</translation>
    </message>
    <message>
        <source>移动</source>
        <translation>Move</translation>
    </message>
    <message>
        <source>程序内部错误，已记入 errors.log</source>
        <translation>Internal error, noted in errors.log</translation>
    </message>
    <message>
        <source>程序内部错误：层级过深</source>
        <translation>Internal error: nested too deep</translation>
    </message>
    <message>
        <source>程序内部错误：数值格式</source>
        <translation>Internal error: number format</translation>
    </message>
    <message>
        <source>程序内部错误：查询不对</source>
        <translation>Internal error: wrong query</translation>
    </message>
    <message>
        <source>程序正在关闭</source>
        <translation>The program is closing</translation>
    </message>
    <message>
        <source>程序正在关闭，没有写入</source>
        <translation>The program is closing; nothing was written</translation>
    </message>
    <message>
        <source>程序自带</source>
        <translation>Built in</translation>
    </message>
    <message>
        <source>稍后自动重试。</source>
        <translation>It will be retried by itself.</translation>
    </message>
    <message>
        <source>空表</source>
        <translation>Empty sheet</translation>
    </message>
    <message>
        <source>空表会把节日当成工作日，没有写入。请换一份写有放假和调休的表。</source>
        <translation>An empty table would make holidays working days; nothing was written. Use one that has the holidays and shifted days.</translation>
    </message>
    <message>
        <source>空闲页 {page} 损坏；没有记录在上面</source>
        <translation>Free page {page} is damaged; no record is on it</translation>
    </message>
    <message>
        <source>空间不够：{path}</source>
        <translation>Not enough space: {path}</translation>
    </message>
    <message>
        <source>窗口</source>
        <translation>Window</translation>
    </message>
    <message>
        <source>站</source>
        <translation>T</translation>
    </message>
    <message>
        <source>站点</source>
        <translation>Station</translation>
    </message>
    <message>
        <source>站点 {site} 的签名密钥与登记的不同</source>
        <translation>The signing key of station {site} is not the one enrolled</translation>
    </message>
    <message>
        <source>站点 {site} 的记录到第 {seq} 条为止，与登记的末尾不符（第 {epoch} 代）</source>
        <translation>The record of station {site} ends at {seq}, not where it was enrolled to end (generation {epoch})</translation>
    </message>
    <message>
        <source>站点代次</source>
        <translation>Station generation</translation>
    </message>
    <message>
        <source>站点说明和数据不是同一个站点的：{path}</source>
        <translation>The station description and the data are of different stations: {path}</translation>
    </message>
    <message>
        <source>站点说明文件损坏：{path}</source>
        <translation>The station description file is damaged: {path}</translation>
    </message>
    <message>
        <source>端午节</source>
        <translation>Dragon Boat Festival</translation>
    </message>
    <message>
        <source>端口 {port} 用不了</source>
        <translation>Port {port} cannot be used</translation>
    </message>
    <message>
        <source>第 {row} 行前后引号不成对</source>
        <translation>Unpaired quotation marks near line {row}</translation>
    </message>
    <message>
        <source>第 {row} 行有单元格太长</source>
        <translation>A cell in line {row} is too long</translation>
    </message>
    <message>
        <source>等司法程序</source>
        <translation>Waiting for judicial process</translation>
    </message>
    <message>
        <source>等天气</source>
        <translation>Waiting for weather</translation>
    </message>
    <message>
        <source>等它做完再试；数据没有改动。</source>
        <translation>Wait until it is done, then retry; the data is unchanged.</translation>
    </message>
    <message>
        <source>等材料</source>
        <translation>Waiting for material</translation>
    </message>
    <message>
        <source>等第三方</source>
        <translation>Waiting for a third party</translation>
    </message>
    <message>
        <source>答复</source>
        <translation>Reply</translation>
    </message>
    <message>
        <source>答复时间</source>
        <translation>Reply time</translation>
    </message>
    <message>
        <source>答复时间读不懂，只略去这一项：{value}</source>
        <translation>Reply time cannot be read, only this is left out: {value}</translation>
    </message>
    <message>
        <source>答复督办</source>
        <translation>Reply to supervision</translation>
    </message>
    <message>
        <source>答复空着的，各用单位的反馈。</source>
        <translation>With the reply left empty, each gets its unit&apos;s report.</translation>
    </message>
    <message>
        <source>筛选</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>签名不对，已拒绝</source>
        <translation>Wrong signature, refused</translation>
    </message>
    <message>
        <source>签收</source>
        <translation>Sign</translation>
    </message>
    <message>
        <source>签收前撤回交办</source>
        <translation>Recall the dispatch before it is signed</translation>
    </message>
    <message>
        <source>简称</source>
        <translation>Short name</translation>
    </message>
    <message>
        <source>类别</source>
        <translation>Kind</translation>
    </message>
    <message>
        <source>系统</source>
        <translation>System</translation>
    </message>
    <message>
        <source>系统密钥库 {seconds} 秒没有回答</source>
        <translation>The system key store has not answered for {seconds} seconds</translation>
    </message>
    <message>
        <source>系统密钥库不可用</source>
        <translation>The system key store is not available</translation>
    </message>
    <message>
        <source>系统理顺</source>
        <translation>Set right by system</translation>
    </message>
    <message>
        <source>系统管理员</source>
        <translation>Administrator</translation>
    </message>
    <message>
        <source>紧急</source>
        <translation>Urgent</translation>
    </message>
    <message>
        <source>紧急程度</source>
        <translation>Urgency</translation>
    </message>
    <message>
        <source>红牌</source>
        <translation>Red card</translation>
    </message>
    <message>
        <source>纬度</source>
        <translation>Latitude</translation>
    </message>
    <message>
        <source>经度</source>
        <translation>Longitude</translation>
    </message>
    <message>
        <source>经度 -180 到 180，纬度 -90 到 90；请核对。</source>
        <translation>Longitude is -180 to 180, latitude -90 to 90; check them.</translation>
    </message>
    <message>
        <source>经度和纬度好像写反了：{value}</source>
        <translation>Longitude and latitude seem swapped: {value}</translation>
    </message>
    <message>
        <source>经纬度不对</source>
        <translation>Wrong coordinates</translation>
    </message>
    <message>
        <source>经纬度读不懂，只略去这一项：{value}</source>
        <translation>Coordinates cannot be read, only they are left out: {value}</translation>
    </message>
    <message>
        <source>结案 30 天内重新办</source>
        <translation>Handle again within 30 days of closing</translation>
    </message>
    <message>
        <source>结案后的新情况</source>
        <translation>News after closing</translation>
    </message>
    <message>
        <source>结案时不知道下面的事。看过以后确认；要接着办的，告诉值班长，或按 N 另登记一件。</source>
        <translation>The following was not known at closing. Look at it and confirm; if more is to be done, tell the shift leader, or press N to record a new one.</translation>
    </message>
    <message>
        <source>结案条件</source>
        <translation>Close rule</translation>
    </message>
    <message>
        <source>结案条件已满足</source>
        <translation>Close rule is met</translation>
    </message>
    <message>
        <source>结案条件未满足，不能核查通过</source>
        <translation>The close rule is not met; the check cannot pass</translation>
    </message>
    <message>
        <source>结案超过 {limit} 天，不能重办</source>
        <translation>Closed for more than {limit} days; it cannot be reopened</translation>
    </message>
    <message>
        <source>给光标上的人记一条备注</source>
        <translation>Note the call to the person at the cursor</translation>
    </message>
    <message>
        <source>综合指挥室主任</source>
        <translation>Room director</translation>
    </message>
    <message>
        <source>编号</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>编号 {value} 有两件事件，没有办理</source>
        <translation>Two incidents have number {value}; nothing was done</translation>
    </message>
    <message>
        <source>编号与前面的行相同，内容不同：{value}</source>
        <translation>Same number as an earlier line, other content: {value}</translation>
    </message>
    <message>
        <source>编号被表格软件取整，已不准确：{value}</source>
        <translation>The number was rounded by the spreadsheet and is no longer exact: {value}</translation>
    </message>
    <message>
        <source>编码</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>缩小</source>
        <translation>Smaller</translation>
    </message>
    <message>
        <source>缺什么</source>
        <translation>What is missing</translation>
    </message>
    <message>
        <source>缺少“{column}”这一列</source>
        <translation>Column “{column}” is missing</translation>
    </message>
    <message>
        <source>缺少全部事项的“{stage}”时限</source>
        <translation>The “{stage}” limit for all classes is missing</translation>
    </message>
    <message>
        <source>缺少凭据</source>
        <translation>No evidence</translation>
    </message>
    <message>
        <source>缺少第 {expected} 条起的记录，会自动补取。</source>
        <translation>Records from {expected} on are missing; they will be fetched by themselves.</translation>
    </message>
    <message>
        <source>缺少这条记录：{op}</source>
        <translation>This record is missing: {op}</translation>
    </message>
    <message>
        <source>网格</source>
        <translation>Grid</translation>
    </message>
    <message>
        <source>网格上报</source>
        <translation>Grid report</translation>
    </message>
    <message>
        <source>网格员</source>
        <translation>Grid worker</translation>
    </message>
    <message>
        <source>网格指导员</source>
        <translation>Grid guide</translation>
    </message>
    <message>
        <source>网格编码</source>
        <translation>Grid code</translation>
    </message>
    <message>
        <source>网格要选到村社或网格</source>
        <translation>Choose a village or a grid</translation>
    </message>
    <message>
        <source>网格长</source>
        <translation>Grid head</translation>
    </message>
    <message>
        <source>网络</source>
        <translation>Online</translation>
    </message>
    <message>
        <source>考核员</source>
        <translation>Evaluator</translation>
    </message>
    <message>
        <source>联系不上</source>
        <translation>Cannot be reached</translation>
    </message>
    <message>
        <source>联络顺序</source>
        <translation>Order of contact</translation>
    </message>
    <message>
        <source>自办自结</source>
        <translation>Self-handled</translation>
    </message>
    <message>
        <source>自动督办</source>
        <translation>Automatic supervision</translation>
    </message>
    <message>
        <source>自然日</source>
        <translation>calendar days</translation>
    </message>
    <message>
        <source>节假日表是空的</source>
        <translation>The holiday table is empty</translation>
    </message>
    <message>
        <source>节假日表第 {row} 行“{column}”不对：{value}</source>
        <translation>Holiday table, line {row}: “{column}” is wrong: {value}</translation>
    </message>
    <message>
        <source>节假日表第 {row} 行的 {value} 前面写过，写的不一样</source>
        <translation>Holiday table, line {row}: {value} stands before and says something else</translation>
    </message>
    <message>
        <source>草稿</source>
        <translation>Draft</translation>
    </message>
    <message>
        <source>行</source>
        <translation>Line</translation>
    </message>
    <message>
        <source>表 {table} 的索引 {name} 有读不出的页；记录没有丢失，修复时会重建</source>
        <translation>Index {name} of table {table} has unreadable pages; no record is lost, a repair rebuilds it</translation>
    </message>
    <message>
        <source>表单</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>表格 (*.xlsx *.csv *.txt);;全部文件 (*)</source>
        <translation>Tables (*.xlsx *.csv *.txt);;All files (*)</translation>
    </message>
    <message>
        <source>装备</source>
        <translation>Equipment</translation>
    </message>
    <message>
        <source>见证文件写不进去</source>
        <translation>The witness file cannot be written</translation>
    </message>
    <message>
        <source>规则</source>
        <translation>Rule</translation>
    </message>
    <message>
        <source>视图</source>
        <translation>View</translation>
    </message>
    <message>
        <source>解释说明</source>
        <translation>Explained</translation>
    </message>
    <message>
        <source>触发</source>
        <translation>Trigger</translation>
    </message>
    <message>
        <source>计时方式</source>
        <translation>Clock kind</translation>
    </message>
    <message>
        <source>认不出“{file}”的文字编码</source>
        <translation>The text encoding of “{file}” is not recognised</translation>
    </message>
    <message>
        <source>认领</source>
        <translation>Claim</translation>
    </message>
    <message>
        <source>认领；再按放下；别人的按两次接手</source>
        <translation>Take on; again to let go; twice to take over from another</translation>
    </message>
    <message>
        <source>记录没有丢失；在放它的那台工位上可以打开。</source>
        <translation>The record is not lost; it opens at the workstation that holds it.</translation>
    </message>
    <message>
        <source>记录没有改动。请联系技术员从备份或另一台工位取回。</source>
        <translation>The record is unchanged. Ask the technician to fetch it from a backup or another workstation.</translation>
    </message>
    <message>
        <source>设置</source>
        <translation>Settings</translation>
    </message>
    <message>
        <source>证件号列已删除，不导入</source>
        <translation>The ID number column was dropped, not imported</translation>
    </message>
    <message>
        <source>该单位没有待办的交办</source>
        <translation>This unit has nothing open here</translation>
    </message>
    <message>
        <source>说明</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>说明文件损坏，数据文件在</source>
        <translation>The description file is damaged, the data file is there</translation>
    </message>
    <message>
        <source>请从分类清单中选择。</source>
        <translation>Choose from the class list.</translation>
    </message>
    <message>
        <source>请从单位清单中选择（griddesk list --units）。</source>
        <translation>Choose from the unit list (griddesk list --units).</translation>
    </message>
    <message>
        <source>请从网格清单中选择。</source>
        <translation>Choose from the grid list.</translation>
    </message>
    <message>
        <source>请先发布改过的分类清单，再去掉这个平台。</source>
        <translation>Publish the changed class list first, then remove this platform.</translation>
    </message>
    <message>
        <source>请先在地图软件里简化边界。</source>
        <translation>Simplify the boundaries in the map software first.</translation>
    </message>
    <message>
        <source>请先改好列出的，再导入一次。</source>
        <translation>Put right what is listed, then import again.</translation>
    </message>
    <message>
        <source>请先用 griddesk enrol 服务地址 登记码。</source>
        <translation>Use griddesk enrol ADDRESS CODE first.</translation>
    </message>
    <message>
        <source>请再领一个。</source>
        <translation>Get another one.</translation>
    </message>
    <message>
        <source>请写代码或名称，见 griddesk list --units。</source>
        <translation>Write a code or name, see griddesk list --units.</translation>
    </message>
    <message>
        <source>请写成 2026-11-23 14:30。</source>
        <translation>Write it as 2026-11-23 14:30.</translation>
    </message>
    <message>
        <source>请写成 2026-11-23。</source>
        <translation>Write it as 2026-11-23.</translation>
    </message>
    <message>
        <source>请写成 2026-12-01。</source>
        <translation>Write it as 2026-12-01.</translation>
    </message>
    <message>
        <source>请写成度，如 125.001234。</source>
        <translation>Write degrees, as 125.001234.</translation>
    </message>
    <message>
        <source>请分成几个文件导入。</source>
        <translation>Split it into several files to import.</translation>
    </message>
    <message>
        <source>请删去一个；两块地请并成一个图形。</source>
        <translation>Delete one; two pieces of land go into one shape.</translation>
    </message>
    <message>
        <source>请删去一行。</source>
        <translation>Delete one line.</translation>
    </message>
    <message>
        <source>请删去多余的列。</source>
        <translation>Delete the columns too many.</translation>
    </message>
    <message>
        <source>请刷新后再试。</source>
        <translation>Refresh and try again.</translation>
    </message>
    <message>
        <source>请加 --as，或设置 {variable}。</source>
        <translation>Add --as, or set {variable}.</translation>
    </message>
    <message>
        <source>请加一行：分类和紧急程度都填 *。</source>
        <translation>Add a line with * for both class and urgency.</translation>
    </message>
    <message>
        <source>请去掉密码另存后导入。</source>
        <translation>Save it without a password, then import.</translation>
    </message>
    <message>
        <source>请另存为 UTF-8 的 CSV 或 .xlsx。</source>
        <translation>Save it as UTF-8 CSV or .xlsx.</translation>
    </message>
    <message>
        <source>请在“数据与备份”里选择，或用 --to 指定。</source>
        <translation>Choose it under “Data and backup”, or give it with --to.</translation>
    </message>
    <message>
        <source>请在下表指定哪一列是上报时间。</source>
        <translation>In the table below, set which column is the time reported.</translation>
    </message>
    <message>
        <source>请在地图软件里修好这一处。</source>
        <translation>Repair this spot in the map software.</translation>
    </message>
    <message>
        <source>请在地图软件里检查拓扑。</source>
        <translation>Check the topology in the map software.</translation>
    </message>
    <message>
        <source>请在地图软件里重画。</source>
        <translation>Draw it again in the map software.</translation>
    </message>
    <message>
        <source>请在指挥室另一台工位上授权本站点。</source>
        <translation>Grant this station access at another workstation of the room.</translation>
    </message>
    <message>
        <source>请在窗口中输入，或用 {variable} 指定口令文件。</source>
        <translation>Type it in the window, or name a passphrase file with {variable}.</translation>
    </message>
    <message>
        <source>请在窗口里按 E，或用 griddesk attach 编号 文件。</source>
        <translation>Press E in the window, or use griddesk attach NUMBER FILE.</translation>
    </message>
    <message>
        <source>请填 1 到 100：50 就是减半。没有启动响应。</source>
        <translation>Enter 1 to 100: 50 is half. No response was started.</translation>
    </message>
    <message>
        <source>请填写“{column}”</source>
        <translation>Fill in “{column}”</translation>
    </message>
    <message>
        <source>请填写电话里确认的人</source>
        <translation>Enter who confirmed on the phone</translation>
    </message>
    <message>
        <source>请填写网格或地址</source>
        <translation>Enter a grid or an address</translation>
    </message>
    <message>
        <source>请安装新版本再用；备份没有改动。</source>
        <translation>Install the new version first; the backup is unchanged.</translation>
    </message>
    <message>
        <source>请对照纸上重新输入；备份没有改动。</source>
        <translation>Type it again from the paper; the backup is unchanged.</translation>
    </message>
    <message>
        <source>请对照纸上重新输入；没有数字 0 和 1。备份没有改动。</source>
        <translation>Type it again from the paper; there is no digit 0 or 1. The backup is unchanged.</translation>
    </message>
    <message>
        <source>请把权限改为仅本人可读（chmod 600）。</source>
        <translation>Make it readable by you alone (chmod 600).</translation>
    </message>
    <message>
        <source>请指定另一个工位。</source>
        <translation>Name another workstation.</translation>
    </message>
    <message>
        <source>请按日期分成几个文件导入。</source>
        <translation>Split it by date into several files to import.</translation>
    </message>
    <message>
        <source>请改正。</source>
        <translation>Put it right.</translation>
    </message>
    <message>
        <source>请更新程序；待发的记录没有丢失。</source>
        <translation>Update the program; records waiting to be sent are not lost.</translation>
    </message>
    <message>
        <source>请校准发送定位的设备的时钟。</source>
        <translation>Set the clock of the device that sends positions.</translation>
    </message>
    <message>
        <source>请核对代码和平台。</source>
        <translation>Check the code and the platform.</translation>
    </message>
    <message>
        <source>请核对代码，或先导入上级。</source>
        <translation>Check the code, or import the level above first.</translation>
    </message>
    <message>
        <source>请核对代码，或先补上那张清单。</source>
        <translation>Check the code, or add to that list first.</translation>
    </message>
    <message>
        <source>请核对区划代码，或再领一个登记码。</source>
        <translation>Check the area code, or get another enrolment code.</translation>
    </message>
    <message>
        <source>请核对单位，或刷新后再试。</source>
        <translation>Check the unit, or refresh and try again.</translation>
    </message>
    <message>
        <source>请核对原文件。</source>
        <translation>Check the original file.</translation>
    </message>
    <message>
        <source>请核对文件。</source>
        <translation>Check the file.</translation>
    </message>
    <message>
        <source>请核对文件，或重新导出。</source>
        <translation>Check the file, or export it again.</translation>
    </message>
    <message>
        <source>请核对清单。</source>
        <translation>Check the list.</translation>
    </message>
    <message>
        <source>请核对清单，未写入任何内容。</source>
        <translation>Check the list; nothing was written.</translation>
    </message>
    <message>
        <source>请核对结案条件，满足后勾选。</source>
        <translation>Check the close rule and tick it once it is met.</translation>
    </message>
    <message>
        <source>请核对编号；也可能不在您的管辖范围内。</source>
        <translation>Check the number; it may also lie outside your area.</translation>
    </message>
    <message>
        <source>请核对编码有没有写错。</source>
        <translation>Check that the code is written correctly.</translation>
    </message>
    <message>
        <source>请核对；登记码由服务一方发放。</source>
        <translation>Check it; the hub&apos;s side gives out enrolment codes.</translation>
    </message>
    <message>
        <source>请检查打印机；PDF 可以另存后再打。</source>
        <translation>Check the printer; the PDF can be saved and printed later.</translation>
    </message>
    <message>
        <source>请检查文件和权限。</source>
        <translation>Check the file and its permissions.</translation>
    </message>
    <message>
        <source>请检查权限，或关闭正在使用它的程序后重试。</source>
        <translation>Check permissions, or close the program that is using it, then retry.</translation>
    </message>
    <message>
        <source>请检查磁盘和目录权限；文件没有改动。（{detail}）</source>
        <translation>Check the disk and folder permissions; the file is unchanged. ({detail})</translation>
    </message>
    <message>
        <source>请检查磁盘空间和权限。（{detail}）</source>
        <translation>Check disk space and permissions. ({detail})</translation>
    </message>
    <message>
        <source>请检查磁盘空间和权限，或换个位置。</source>
        <translation>Check disk space and permissions, or use another place.</translation>
    </message>
    <message>
        <source>请求格式不对</source>
        <translation>Malformed request</translation>
    </message>
    <message>
        <source>请照现行清单的写法改。</source>
        <translation>Write it as the current list does.</translation>
    </message>
    <message>
        <source>请用 https；确在自己的局域网里可加 --plain。</source>
        <translation>Use https; on your own local network you can add --plain.</translation>
    </message>
    <message>
        <source>请用另一个代码重新建立本站点（init --station）。</source>
        <translation>Create this station again under another code (init --station).</translation>
    </message>
    <message>
        <source>请用表格软件打开，另存为 .xlsx 后导入。</source>
        <translation>Open it in a spreadsheet, save as .xlsx, then import.</translation>
    </message>
    <message>
        <source>请由其他督办员核查。</source>
        <translation>Another supervisor must check it.</translation>
    </message>
    <message>
        <source>请看 griddesk lists versions。</source>
        <translation>See griddesk lists versions.</translation>
    </message>
    <message>
        <source>请稍候再试，已保存的内容没有丢失。</source>
        <translation>Try again in a moment; what was saved is not lost.</translation>
    </message>
    <message>
        <source>请管理员补充时限清单。</source>
        <translation>Ask the administrator to complete the limit list.</translation>
    </message>
    <message>
        <source>请给这个查找起名，最多 {most} 个字</source>
        <translation>Give this search a name of at most {most} characters</translation>
    </message>
    <message>
        <source>请缩短。</source>
        <translation>Shorten it.</translation>
    </message>
    <message>
        <source>请缩短到 32,768 字以内，或检查引号是否成对。</source>
        <translation>Shorten it to 32,768 characters, or check that the quotation marks are paired.</translation>
    </message>
    <message>
        <source>请缩短后再确认。</source>
        <translation>Shorten it, then confirm.</translation>
    </message>
    <message>
        <source>请网格去看是不是真的</source>
        <translation>Ask the grid to see whether it is true</translation>
    </message>
    <message>
        <source>请联系技术员。</source>
        <translation>Contact the technician.</translation>
    </message>
    <message>
        <source>请至少写 {minimum} 个字。</source>
        <translation>Write at least {minimum} characters.</translation>
    </message>
    <message>
        <source>请至少写 {minimum} 个字，说明怎样处置、结果如何。</source>
        <translation>Write at least {minimum} characters: how it was handled and what came of it.</translation>
    </message>
    <message>
        <source>请至少输入 {minimum} 个字符。</source>
        <translation>Enter at least {minimum} characters.</translation>
    </message>
    <message>
        <source>请补上。</source>
        <translation>Add it.</translation>
    </message>
    <message>
        <source>请补上这一年的节假日安排。</source>
        <translation>Add the holidays of this year.</translation>
    </message>
    <message>
        <source>请输入纸上的恢复码；没有恢复码，就要在原来的机器上还原。备份没有改动。</source>
        <translation>Enter the recovery code from the paper; without it, restore on the original machine. The backup is unchanged.</translation>
    </message>
    <message>
        <source>请选 U 盘、备份目录，或其中一个备份。</source>
        <translation>Choose a USB stick, a backup folder or one backup.</translation>
    </message>
    <message>
        <source>请选另一块磁盘或 U 盘上的目录。</source>
        <translation>Choose a folder on another disk or a USB stick.</translation>
    </message>
    <message>
        <source>请重新安装程序。</source>
        <translation>Install the program again.</translation>
    </message>
    <message>
        <source>请重新导出后再导入。</source>
        <translation>Export it again, then import.</translation>
    </message>
    <message>
        <source>请重新导出或另存后再试。</source>
        <translation>Export or save it again, then retry.</translation>
    </message>
    <message>
        <source>请重新打开后再试。</source>
        <translation>Open it again and retry.</translation>
    </message>
    <message>
        <source>请重新打开文件。</source>
        <translation>Open the file again.</translation>
    </message>
    <message>
        <source>请重新登记；待发的记录没有丢失。</source>
        <translation>Enrol again; records waiting to be sent are not lost.</translation>
    </message>
    <message>
        <source>请重新识别列名。</source>
        <translation>Recognise the column titles again.</translation>
    </message>
    <message>
        <source>请重新输入；数据没有改动。</source>
        <translation>Enter it again; the data is unchanged.</translation>
    </message>
    <message>
        <source>读不了口令文件：{path}</source>
        <translation>The passphrase file cannot be read: {path}</translation>
    </message>
    <message>
        <source>读不了文件“{file}”</source>
        <translation>The file “{file}” cannot be read</translation>
    </message>
    <message>
        <source>读不了清单 {path}：{reason}</source>
        <translation>List {path} cannot be read: {reason}</translation>
    </message>
    <message>
        <source>读不了证书：{path}</source>
        <translation>The certificate cannot be read: {path}</translation>
    </message>
    <message>
        <source>读取损坏的文件</source>
        <translation>Read the damaged file</translation>
    </message>
    <message>
        <source>读回</source>
        <translation>Read back</translation>
    </message>
    <message>
        <source>调度</source>
        <translation>Dispatch</translation>
    </message>
    <message>
        <source>调度卡</source>
        <translation>Call-out card</translation>
    </message>
    <message>
        <source>超时</source>
        <translation>Late</translation>
    </message>
    <message>
        <source>超职责</source>
        <translation>Beyond duty</translation>
    </message>
    <message>
        <source>越级上报</source>
        <translation>Escalate past a level</translation>
    </message>
    <message>
        <source>转出</source>
        <translation>Handed over</translation>
    </message>
    <message>
        <source>输字就找：动作、编号、单位</source>
        <translation>Type to find: action, number, unit</translation>
    </message>
    <message>
        <source>边界</source>
        <translation>Boundary</translation>
    </message>
    <message>
        <source>边界只认 Polygon 和 MultiPolygon。</source>
        <translation>A boundary is a Polygon or MultiPolygon only.</translation>
    </message>
    <message>
        <source>边界点超过 {limit} 个</source>
        <translation>The boundary has more than {limit} points</translation>
    </message>
    <message>
        <source>边界自己和自己相交，在 {value}</source>
        <translation>The boundary crosses itself at {value}</translation>
    </message>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>返工</source>
        <translation>Redo</translation>
    </message>
    <message>
        <source>返工中</source>
        <translation>In redo</translation>
    </message>
    <message>
        <source>还有事件并在里面，不能作废</source>
        <translation>Incidents are still merged into it; it cannot be voided</translation>
    </message>
    <message>
        <source>还没有恢复码。</source>
        <translation>There is no recovery code yet.</translation>
    </message>
    <message>
        <source>还没有指定备份目录</source>
        <translation>No backup folder set yet</translation>
    </message>
    <message>
        <source>还没有选</source>
        <translation>Nothing chosen yet</translation>
    </message>
    <message>
        <source>这一件没有要定的分歧，或您不能定</source>
        <translation>This one has no dispute to settle, or it is not yours to settle</translation>
    </message>
    <message>
        <source>这一步是 {value} 那件带来的</source>
        <translation>This step came with the one of {value}</translation>
    </message>
    <message>
        <source>这一步没有写入，之前保存的没有丢失。（{detail}）</source>
        <translation>This step was not written; what was saved before is not lost. ({detail})</translation>
    </message>
    <message>
        <source>这一类事项不能自办自结</source>
        <translation>This class cannot be self-handled</translation>
    </message>
    <message>
        <source>这一类要有处置后的照片</source>
        <translation>This class needs a photo after handling</translation>
    </message>
    <message>
        <source>这不是本程序的数据文件。没有改动，没有丢失。请核对数据目录；本程序的数据可从备份还原（griddesk restore）。</source>
        <translation>This is not a data file of this program. Nothing was changed, nothing is lost. Check the data folder; this program&apos;s data can be restored from a backup (griddesk restore).</translation>
    </message>
    <message>
        <source>这不是网格指挥台的批次</source>
        <translation>This is not a GridDesk batch</translation>
    </message>
    <message>
        <source>这个命令不能写入。</source>
        <translation>This command cannot write.</translation>
    </message>
    <message>
        <source>这个备份没有恢复码</source>
        <translation>This backup has no recovery code</translation>
    </message>
    <message>
        <source>这个时限是怎样算出来的</source>
        <translation>How this deadline was reckoned</translation>
    </message>
    <message>
        <source>这个时限算不出到期时间</source>
        <translation>No due time can be reckoned for this limit</translation>
    </message>
    <message>
        <source>这些边界离原有的中心点 {metres} 米</source>
        <translation>These boundaries lie {metres} m from the centre known so far</translation>
    </message>
    <message>
        <source>这件事件不需要再回访</source>
        <translation>This incident needs no further call-back</translation>
    </message>
    <message>
        <source>这件事件已有 {limit} 个附件</source>
        <translation>This incident already has {limit} attachments</translation>
    </message>
    <message>
        <source>这件事件没有来电人信息</source>
        <translation>This incident has no caller</translation>
    </message>
    <message>
        <source>这件交办给了另一个单位。</source>
        <translation>This was dispatched to another unit.</translation>
    </message>
    <message>
        <source>这台机器坏了，备份就打不开。请生成恢复码，抄在纸上。</source>
        <translation>If this machine breaks, the backup cannot be opened. Make a recovery code and write it on paper.</translation>
    </message>
    <message>
        <source>这台机器没有这个备份的密钥</source>
        <translation>This machine does not have the key of this backup</translation>
    </message>
    <message>
        <source>这块盘放不下大于 4 GB 的文件：{path}</source>
        <translation>This disk cannot hold a file over 4 GB: {path}</translation>
    </message>
    <message>
        <source>这家单位已经在办</source>
        <translation>This unit is already on it</translation>
    </message>
    <message>
        <source>这是 {name} 提的申请</source>
        <translation>This is the request of {name}</translation>
    </message>
    <message>
        <source>这条记录不属于它所在的位置：{op}</source>
        <translation>This record does not belong where it is: {op}</translation>
    </message>
    <message>
        <source>这条记录与校验不符：{op}</source>
        <translation>This record does not match its checksum: {op}</translation>
    </message>
    <message>
        <source>这条记录的格式不对：{op}</source>
        <translation>This record is malformed: {op}</translation>
    </message>
    <message>
        <source>这条记录读不出来：{op}</source>
        <translation>This record cannot be read: {op}</translation>
    </message>
    <message>
        <source>这里没有备份：{path}</source>
        <translation>There is no backup here: {path}</translation>
    </message>
    <message>
        <source>连不上交换服务 {url}</source>
        <translation>Cannot reach the hub {url}</translation>
    </message>
    <message>
        <source>退出</source>
        <translation>Quit</translation>
    </message>
    <message>
        <source>退出程序</source>
        <translation>Quit the program</translation>
    </message>
    <message>
        <source>退单</source>
        <translation>Refuse</translation>
    </message>
    <message>
        <source>退单理由</source>
        <translation>Reason for refusing</translation>
    </message>
    <message>
        <source>退回</source>
        <translation>Return</translation>
    </message>
    <message>
        <source>退回上报人补充</source>
        <translation>Return to the reporter for more</translation>
    </message>
    <message>
        <source>退回未补</source>
        <translation>Returned, not completed</translation>
    </message>
    <message>
        <source>退回补充</source>
        <translation>Return for more</translation>
    </message>
    <message>
        <source>适用分类</source>
        <translation>For class</translation>
    </message>
    <message>
        <source>选一句插到光标处：数字、首字母</source>
        <translation>Choose a phrase to put at the cursor: digit or initials</translation>
    </message>
    <message>
        <source>选了一个，又另写了一个</source>
        <translation>One is chosen and another written</translation>
    </message>
    <message>
        <source>选单位</source>
        <translation>Choose a unit</translation>
    </message>
    <message>
        <source>选哪一个</source>
        <translation>Which one</translation>
    </message>
    <message>
        <source>选项</source>
        <translation>Option</translation>
    </message>
    <message>
        <source>通知</source>
        <translation>Notify</translation>
    </message>
    <message>
        <source>逾期未回复</source>
        <translation>Reply overdue</translation>
    </message>
    <message>
        <source>避</source>
        <translation>R</translation>
    </message>
    <message>
        <source>部分解决</source>
        <translation>Partly solved</translation>
    </message>
    <message>
        <source>部门联络员</source>
        <translation>Unit liaison</translation>
    </message>
    <message>
        <source>都没有写地点，只比内容</source>
        <translation>Neither names a place, only contents compared</translation>
    </message>
    <message>
        <source>重办</source>
        <translation>Reopen</translation>
    </message>
    <message>
        <source>重复</source>
        <translation>Repeated</translation>
    </message>
    <message>
        <source>重建已中止</source>
        <translation>Rebuild stopped</translation>
    </message>
    <message>
        <source>重建数据表</source>
        <translation>Rebuild tables</translation>
    </message>
    <message>
        <source>重新读取</source>
        <translation>Read again</translation>
    </message>
    <message>
        <source>重点场所</source>
        <translation>Key places</translation>
    </message>
    <message>
        <source>错误清单“{file}”没有存下来</source>
        <translation>The error list “{file}” was not saved</translation>
    </message>
    <message>
        <source>键、动作名或首字母，加编号：到那一件，马上分流</source>
        <translation>Key, action name or initials, then a number: go there and dispatch at once</translation>
    </message>
    <message>
        <source>镇街</source>
        <translation>Town</translation>
    </message>
    <message>
        <source>镇街分管领导</source>
        <translation>Town leader</translation>
    </message>
    <message>
        <source>闭环阶段</source>
        <translation>Loop stages</translation>
    </message>
    <message>
        <source>闭环阶段视图</source>
        <translation>Loop stage view</translation>
    </message>
    <message>
        <source>队伍</source>
        <translation>Team</translation>
    </message>
    <message>
        <source>队列</source>
        <translation>Queue</translation>
    </message>
    <message>
        <source>队列里没有选中的事件</source>
        <translation>No incident chosen in the queue</translation>
    </message>
    <message>
        <source>阶段视图 {value} 不在清单里了</source>
        <translation>Stage view {value} is no longer on the list</translation>
    </message>
    <message>
        <source>附件</source>
        <translation>Attachment</translation>
    </message>
    <message>
        <source>附件不能当作文字填写</source>
        <translation>An attachment cannot be filled in as text</translation>
    </message>
    <message>
        <source>附件的文件损坏，打不开</source>
        <translation>The attachment&apos;s file is damaged and cannot be opened</translation>
    </message>
    <message>
        <source>附件的文件还没有到本机</source>
        <translation>The attachment&apos;s file has not reached this machine yet</translation>
    </message>
    <message>
        <source>随主件办结</source>
        <translation>Closed with the lead incident</translation>
    </message>
    <message>
        <source>需回访</source>
        <translation>Needs a call-back</translation>
    </message>
    <message>
        <source>需现场核查</source>
        <translation>Needs a check on site</translation>
    </message>
    <message>
        <source>需要值班、分流、督办角色。</source>
        <translation>Role needed: duty officer, dispatcher or supervisor.</translation>
    </message>
    <message>
        <source>需要口令才能打开数据</source>
        <translation>A passphrase is needed to open the data</translation>
    </message>
    <message>
        <source>需要角色：{roles}。</source>
        <translation>Role needed: {roles}.</translation>
    </message>
    <message>
        <source>需要角色：{roles}。没有改动。</source>
        <translation>Role needed: {roles}. Nothing was changed.</translation>
    </message>
    <message>
        <source>非常满意</source>
        <translation>Very satisfied</translation>
    </message>
    <message>
        <source>页面</source>
        <translation>Page</translation>
    </message>
    <message>
        <source>预览和打印事件处理单</source>
        <translation>Preview and print the incident sheet</translation>
    </message>
    <message>
        <source>领导交办</source>
        <translation>Leader&apos;s order</translation>
    </message>
    <message>
        <source>驳回</source>
        <translation>Decline</translation>
    </message>
    <message>
        <source>驳回别人的申请</source>
        <translation>Decline another person&apos;s request</translation>
    </message>
    <message>
        <source>驳回申请</source>
        <translation>Decline request</translation>
    </message>
    <message>
        <source>黄牌</source>
        <translation>Yellow card</translation>
    </message>
    <message>
        <source>黑牌</source>
        <translation>Black card</translation>
    </message>
    <message>
        <source>（不导入）</source>
        <translation>(not imported)</translation>
    </message>
    <message>
        <source>（空）</source>
        <translation>(empty)</translation>
    </message>
    <message>
        <source>？待批</source>
        <translation>? to approve</translation>
    </message>
    <message>
        <source> · {} {} 签收</source>
        <translation> · {} signed by {}</translation>
    </message>
    <message>
        <source> · 处置{}</source>
        <translation> · handling {}</translation>
    </message>
    <message>
        <source> · 建议{}</source>
        <translation> · proposes {}</translation>
    </message>
    <message>
        <source> · 自 {}</source>
        <translation> · since {}</translation>
    </message>
    <message>
        <source>M  {} 并入 {}</source>
        <translation>M  Merge {} into {}</translation>
    </message>
    <message>
        <source>M  不能并案</source>
        <translation>M  Cannot merge</translation>
    </message>
    <message>
        <source>{:%Y-%m-%d} 至 {:%Y-%m-%d} {}（{} 天）</source>
        <translation>{:%Y-%m-%d} to {:%Y-%m-%d} {} ({} days)</translation>
    </message>
    <message>
        <source>{:.1f} 公里</source>
        <translation>{:.1f} km</translation>
    </message>
    <message>
        <source>{square_metres} 平方米在上级 {parent} 之外：{value}</source>
        <translation>{square_metres} m² lie outside {parent} above: {value}</translation>
    </message>
    <message>
        <source>{square_metres} 平方米没有划进网格：{value} 一带</source>
        <translation>{square_metres} m² are in no grid: around {value}</translation>
    </message>
    <message>
        <source>{}
先预览，不写入；按“确认导入”以后才写入。</source>
        <translation>{}
Preview first, nothing is written; it is written only after “Confirm import”.</translation>
    </message>
    <message>
        <source>{}  {} 件</source>
        <translation>{}  {} incidents</translation>
    </message>
    <message>
        <source>{}  {}：比对</source>
        <translation>{}  {}: compare</translation>
    </message>
    <message>
        <source>{}  不是重复，去受理</source>
        <translation>{}  Not a duplicate, accept</translation>
    </message>
    <message>
        <source>{}  可能重复 {} 件</source>
        <translation>{}  {} possible duplicates</translation>
    </message>
    <message>
        <source>{}  换范围（现为 {} 米）</source>
        <translation>{}  Change range (now {} m)</translation>
    </message>
    <message>
        <source>{} / {} 行</source>
        <translation>{} / {} rows</translation>
    </message>
    <message>
        <source>{} {} · {} 到期（{}）</source>
        <translation>{} {} · due {} ({})</translation>
    </message>
    <message>
        <source>{} {} 件</source>
        <translation>{} {}</translation>
    </message>
    <message>
        <source>{} {} 件{}</source>
        <translation>{} {}{}</translation>
    </message>
    <message>
        <source>{} {} 次</source>
        <translation>{} {}×</translation>
    </message>
    <message>
        <source>{} {} 申请{}</source>
        <translation>{} {} asks for {}</translation>
    </message>
    <message>
        <source>{} · 已答复：{}</source>
        <translation>{} · replied: {}</translation>
    </message>
    <message>
        <source>{} · 等{}审批</source>
        <translation>{} · waits for {} to approve</translation>
    </message>
    <message>
        <source>{} · 答复{}</source>
        <translation>{} · reply {}</translation>
    </message>
    <message>
        <source>{} 个</source>
        <translation>{} files</translation>
    </message>
    <message>
        <source>{} 件</source>
        <translation>{} incidents</translation>
    </message>
    <message>
        <source>{} 件 · {} 行有问题</source>
        <translation>{} incidents · {} rows with problems</translation>
    </message>
    <message>
        <source>{} 件：{}</source>
        <translation>{} incidents: {}</translation>
    </message>
    <message>
        <source>{} 分</source>
        <translation>{} min</translation>
    </message>
    <message>
        <source>{} 分钟</source>
        <translation>{} min</translation>
    </message>
    <message>
        <source>{} 分钟前</source>
        <translation>{} min ago</translation>
    </message>
    <message>
        <source>{} 分钟，工作时间内</source>
        <translation>{} min of working time</translation>
    </message>
    <message>
        <source>{} 分钟，连续计时</source>
        <translation>{} min, round the clock</translation>
    </message>
    <message>
        <source>{} 天</source>
        <translation>{} d</translation>
    </message>
    <message>
        <source>{} 天 {} 时</source>
        <translation>{} d {} h</translation>
    </message>
    <message>
        <source>{} 天前</source>
        <translation>{} d ago</translation>
    </message>
    <message>
        <source>{} 小时</source>
        <translation>{} h</translation>
    </message>
    <message>
        <source>{} 工位 {}</source>
        <translation>{} workstation {}</translation>
    </message>
    <message>
        <source>{} 时 {:02d} 分</source>
        <translation>{} h {:02d} min</translation>
    </message>
    <message>
        <source>{} 月 {} 日 {}</source>
        <translation>{}-{} {}</translation>
    </message>
    <message>
        <source>{} 没有加入的文件：</source>
        <translation>{}: files not added:</translation>
    </message>
    <message>
        <source>{} 没有导入的权限</source>
        <translation>{} may not import</translation>
    </message>
    <message>
        <source>{} 的备份</source>
        <translation>Backup of {}</translation>
    </message>
    <message>
        <source>{} 米</source>
        <translation>{} m</translation>
    </message>
    <message>
        <source>{} 至 {}{}</source>
        <translation>{} to {}{}</translation>
    </message>
    <message>
        <source>{} 行</source>
        <translation>{} rows</translation>
    </message>
    <message>
        <source>{} 认领，从 {} 起{}{}</source>
        <translation>Taken on by {} since {}{}{}</translation>
    </message>
    <message>
        <source>{} 起</source>
        <translation>since {}</translation>
    </message>
    <message>
        <source>{} 起，现在停着；恢复后重新计算到期</source>
        <translation>since {}, stopped now; due time is reckoned anew on resume</translation>
    </message>
    <message>
        <source>{} 附件</source>
        <translation>{} attachment</translation>
    </message>
    <message>
        <source>{}{}，新的在前</source>
        <translation>{}{}, newest first</translation>
    </message>
    <message>
        <source>{}·有新情况</source>
        <translation>{}·news</translation>
    </message>
    <message>
        <source>{}前</source>
        <translation>{} ago</translation>
    </message>
    <message>
        <source>{}定为 {}</source>
        <translation>{} set to {}</translation>
    </message>
    <message>
        <source>{}常用查找</source>
        <translation>{} saved search</translation>
    </message>
    <message>
        <source>{}年{}月{}日 {}</source>
        <translation>{}-{}-{} {}</translation>
    </message>
    <message>
        <source>{}手里的</source>
        <translation>In the hands of {}</translation>
    </message>
    <message>
        <source>{}按 Esc 收起。</source>
        <translation>{} Esc closes it.</translation>
    </message>
    <message>
        <source>{}时限</source>
        <translation>{} limit</translation>
    </message>
    <message>
        <source>{}清单</source>
        <translation>{} list</translation>
    </message>
    <message>
        <source>{}申请</source>
        <translation>{} request</translation>
    </message>
    <message>
        <source>{}的{}</source>
        <translation>{}: {}</translation>
    </message>
    <message>
        <source>{}还没有签收，撤回后重新分流。</source>
        <translation>{} has not signed yet; it is recalled and dispatched anew.</translation>
    </message>
    <message>
        <source>{}（文中提到）</source>
        <translation>{} (named in the text)</translation>
    </message>
    <message>
        <source>{}（权责：{}）</source>
        <translation>{} (responsibility: {})</translation>
    </message>
    <message>
        <source>{}（第 {} 次）</source>
        <translation>{} (call {})</translation>
    </message>
    <message>
        <source>{}，不计</source>
        <translation>{}, not counted</translation>
    </message>
    <message>
        <source>{}，加上从损坏文件读出的 {} 条，共 {} 条记录。</source>
        <translation>{}, with {} records read from the damaged file, {} records in all.</translation>
    </message>
    <message>
        <source>{}：{} 件里办好 {} 件</source>
        <translation>{}: of {} incidents, {} done</translation>
    </message>
    <message>
        <source>“{}”填的不对，没有查找</source>
        <translation>“{}” is not filled in right; nothing was searched</translation>
    </message>
    <message>
        <source>“{}”无权责依据</source>
        <translation>“{}” has no basis in responsibility</translation>
    </message>
    <message>
        <source>← 上一张</source>
        <translation>← Previous</translation>
    </message>
    <message>
        <source>≠ 两处说法不一，请定一个</source>
        <translation>≠ Two places differ, settle on one</translation>
    </message>
    <message>
        <source>≠ 分歧 {}</source>
        <translation>≠ Dispute {}</translation>
    </message>
    <message>
        <source>≠ 结案时不知道的新情况，请看一眼</source>
        <translation>≠ News not known at closing, have a look</translation>
    </message>
    <message>
        <source>■ 超时 {}</source>
        <translation>■ {} late</translation>
    </message>
    <message>
        <source>▲ {} 件显示可能有误 · 请技术员重建</source>
        <translation>▲ {} incidents may be shown wrongly · ask the technician to rebuild</translation>
    </message>
    <message>
        <source>▲ {} 天没有备份</source>
        <translation>▲ No backup for {} d</translation>
    </message>
    <message>
        <source>▲ 与 {} 各自发布  </source>
        <translation>▲ Published apart from {}  </translation>
    </message>
    <message>
        <source>▲ 有 {} 条需升级后显示</source>
        <translation>▲ {} records show after an upgrade</translation>
    </message>
    <message>
        <source>▲ 没有读全的表以备份为准：{}。</source>
        <translation>▲ Tables not read in full are taken from the backup: {}.</translation>
    </message>
    <message>
        <source>▲ 磁盘空间不足，剩 {:.1f} GB，请清理</source>
        <translation>▲ Disk low, {:.1f} GB left, clean up</translation>
    </message>
    <message>
        <source>▲ 站点 {} 第 {} 条以后断了 {} 条</source>
        <translation>▲ Station {}: after record {} there is a gap of {}</translation>
    </message>
    <message>
        <source>▲ 还没有备份</source>
        <translation>▲ No backup yet</translation>
    </message>
    <message>
        <source>○ {} 行，与生效的清单相同，不用发布</source>
        <translation>○ {} lines, same as the list in force, nothing to publish</translation>
    </message>
    <message>
        <source>○ 不在班</source>
        <translation>○ Off duty</translation>
    </message>
    <message>
        <source>● 当班</source>
        <translation>● On duty</translation>
    </message>
    <message>
        <source>✓ {} 已通知</source>
        <translation>✓ {} told</translation>
    </message>
    <message>
        <source>✓ {} 行，没有错误{}，可以发布</source>
        <translation>✓ {} lines, no errors{}, can be published</translation>
    </message>
    <message>
        <source>✓ 已由 {} 条记录重建</source>
        <translation>✓ Rebuilt from {} records</translation>
    </message>
    <message>
        <source>✓ 演练通过：{} 的备份能还原，{} 条记录，{}，用时 {:.1f} 秒</source>
        <translation>✓ Drill passed: the backup of {} can be restored, {} records, {}, took {:.1f} s</translation>
    </message>
    <message>
        <source>✕ {} 处错误，不能发布；改好再导入，原来的清单照常使用</source>
        <translation>✕ {} errors, cannot be published; put them right and import again, the list so far stays in use</translation>
    </message>
    <message>
        <source>✕ {} 的备份：数据表与日志不符（{}）</source>
        <translation>✕ Backup of {}: tables do not match the journal ({})</translation>
    </message>
    <message>
        <source>。▲ 与 {} 各自发布，后生效的算数；请看过两份，再发布一份合在一起的</source>
        <translation>. ▲ Published apart from {}, the later in force counts; read both, then publish one that joins them</translation>
    </message>
    <message>
        <source>。其次 {}：{}</source>
        <translation>. Next {}: {}</translation>
    </message>
    <message>
        <source>下一张 →</source>
        <translation>Next →</translation>
    </message>
    <message>
        <source>不在班</source>
        <translation>Off duty</translation>
    </message>
    <message>
        <source>不导入：{}</source>
        <translation>Not imported: {}</translation>
    </message>
    <message>
        <source>不导入：{}。</source>
        <translation>Not imported: {}.</translation>
    </message>
    <message>
        <source>不是一类事，最高 0.70：{}</source>
        <translation>Not the same kind, 0.70 at most: {}</translation>
    </message>
    <message>
        <source>与 {} 件相似，其中 {} 件归此类</source>
        <translation>Like {} others, {} of them in this class</translation>
    </message>
    <message>
        <source>与现在的数据一样新</source>
        <translation>As new as the present data</translation>
    </message>
    <message>
        <source>两家都已派出，主办定为{}</source>
        <translation>Both units were sent, lead set to {}</translation>
    </message>
    <message>
        <source>为 {} 登记。不是本单位的，请记下电话里确认的人。</source>
        <translation>Recorded for {}. If it is not your unit, note who confirmed on the phone.</translation>
    </message>
    <message>
        <source>事件处理单</source>
        <translation>Incident sheet</translation>
    </message>
    <message>
        <source>交换服务有的，同步时会补来</source>
        <translation>what the hub has comes with the next exchange</translation>
    </message>
    <message>
        <source>交给下一级重新受理。</source>
        <translation>Hand it to the next level down to accept anew.</translation>
    </message>
    <message>
        <source>今天</source>
        <translation>Today</translation>
    </message>
    <message>
        <source>从</source>
        <translation>From</translation>
    </message>
    <message>
        <source>以往按时 {:.0f}%</source>
        <translation>on time so far {:.0f}%</translation>
    </message>
    <message>
        <source>位置 {}{} {}</source>
        <translation>Position {}{} {}</translation>
    </message>
    <message>
        <source>保存</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>保存 Ctrl+S</source>
        <translation>Save Ctrl+S</translation>
    </message>
    <message>
        <source>保存的视图</source>
        <translation>Saved views</translation>
    </message>
    <message>
        <source>其余 {} 件没有办：{}</source>
        <translation>the other {} were not done: {}</translation>
    </message>
    <message>
        <source>停下时还有 {} 件没有办</source>
        <translation>{} were not done when it stopped</translation>
    </message>
    <message>
        <source>催办不用答复；黄牌、红牌、黑牌要在一个工作日内答复。</source>
        <translation>An urging needs no reply; a yellow, red or black card needs one within one working day.</translation>
    </message>
    <message>
        <source>先到“{}”页</source>
        <translation>Go to the “{}” page first</translation>
    </message>
    <message>
        <source>全部文件 (*)</source>
        <translation>All files (*)</translation>
    </message>
    <message>
        <source>共 {:,} 条</source>
        <translation>{:,} in all</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>关闭 Esc</source>
        <translation>Close Esc</translation>
    </message>
    <message>
        <source>其中 {} 件{}</source>
        <translation>{} of them {}</translation>
    </message>
    <message>
        <source>其中 {} 条读得出但无法证明，没有放进来</source>
        <translation>{} of them readable but not provable, left out</translation>
    </message>
    <message>
        <source>其中 {} 条读得出，已另起一段重新登记</source>
        <translation>{} of them readable, recorded anew in a new stretch</translation>
    </message>
    <message>
        <source>其余原因逐件再按同一个键可见</source>
        <translation>for other reasons press the same key on each one</translation>
    </message>
    <message>
        <source>其余的不受影响。</source>
        <translation>The others are not affected.</translation>
    </message>
    <message>
        <source>其次</source>
        <translation>Next</translation>
    </message>
    <message>
        <source>再导入一个 Enter</source>
        <translation>Import another Enter</translation>
    </message>
    <message>
        <source>再按数字，</source>
        <translation>then a digit,</translation>
    </message>
    <message>
        <source>再显示 {:,} 条</source>
        <translation>Show {:,} more</translation>
    </message>
    <message>
        <source>再试 F5</source>
        <translation>Retry F5</translation>
    </message>
    <message>
        <source>写在队列和详情里给大家看；空着是消除。</source>
        <translation>Shown to all in queue and detail; left empty it is cleared.</translation>
    </message>
    <message>
        <source>分类为建议（{}）：{}</source>
        <translation>Class suggested ({}): {}</translation>
    </message>
    <message>
        <source>分类没有把握，未填；可能是 {}</source>
        <translation>Class not certain, left empty; may be {}</translation>
    </message>
    <message>
        <source>列名在第几行</source>
        <translation>Row of column titles</translation>
    </message>
    <message>
        <source>列名所在行</source>
        <translation>Title row</translation>
    </message>
    <message>
        <source>列的对应关系，按空格更改</source>
        <translation>How the columns map, press Space to change</translation>
    </message>
    <message>
        <source>刚刚</source>
        <translation>Just now</translation>
    </message>
    <message>
        <source>刚超时</source>
        <translation>Just late</translation>
    </message>
    <message>
        <source>删除</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>到</source>
        <translation>To</translation>
    </message>
    <message>
        <source>到期</source>
        <translation>Due</translation>
    </message>
    <message>
        <source>前 10 行</source>
        <translation>First 10 rows</translation>
    </message>
    <message>
        <source>前 10 行或问题</source>
        <translation>First 10 rows or problems</translation>
    </message>
    <message>
        <source>前一天 ←</source>
        <translation>Day before ←</translation>
    </message>
    <message>
        <source>前后相隔 {}</source>
        <translation>{} apart in time</translation>
    </message>
    <message>
        <source>剩 {}</source>
        <translation>{} left</translation>
    </message>
    <message>
        <source>办结</source>
        <translation>Closed</translation>
    </message>
    <message>
        <source>协办 </source>
        <translation>Co-unit </translation>
    </message>
    <message>
        <source>协办到期不晚于主办{}。</source>
        <translation>A co-unit is due no later than the lead {}.</translation>
    </message>
    <message>
        <source>卡点：{}</source>
        <translation>Blocker: {}</translation>
    </message>
    <message>
        <source>原为{}</source>
        <translation>was {}</translation>
    </message>
    <message>
        <source>原在{}</source>
        <translation>was at {}</translation>
    </message>
    <message>
        <source>取消 Esc</source>
        <translation>Cancel Esc</translation>
    </message>
    <message>
        <source>受理条件：{}</source>
        <translation>Accept if: {}</translation>
    </message>
    <message>
        <source>另存为</source>
        <translation>Save as</translation>
    </message>
    <message>
        <source>另存为…</source>
        <translation>Save as…</translation>
    </message>
    <message>
        <source>另有 {} 段</source>
        <translation>{} more stretches</translation>
    </message>
    <message>
        <source>只在留存的损坏文件里</source>
        <translation>only in the damaged file that was kept</translation>
    </message>
    <message>
        <source>只在这台机器上，只给本人</source>
        <translation>On this machine only, for yourself only</translation>
    </message>
    <message>
        <source>只看已超时</source>
        <translation>Late only</translation>
    </message>
    <message>
        <source>可以接着做别的</source>
        <translation>You can go on with other work</translation>
    </message>
    <message>
        <source>可以撤下：{}</source>
        <translation>Can be withdrawn: {}</translation>
    </message>
    <message>
        <source>可请协办 {}</source>
        <translation>Possible co-units {}</translation>
    </message>
    <message>
        <source>可选</source>
        <translation>Optional</translation>
    </message>
    <message>
        <source>同一事项：{}</source>
        <translation>Same class: {}</translation>
    </message>
    <message>
        <source>同一平台，事项不同：{}</source>
        <translation>Same platform, other class: {}</translation>
    </message>
    <message>
        <source>后一天 →</source>
        <translation>Day after →</translation>
    </message>
    <message>
        <source>含“{}”</source>
        <translation>Contains “{}”</translation>
    </message>
    <message>
        <source>周一</source>
        <translation>Mon</translation>
    </message>
    <message>
        <source>周三</source>
        <translation>Wed</translation>
    </message>
    <message>
        <source>周二</source>
        <translation>Tue</translation>
    </message>
    <message>
        <source>周五</source>
        <translation>Fri</translation>
    </message>
    <message>
        <source>周六</source>
        <translation>Sat</translation>
    </message>
    <message>
        <source>周四</source>
        <translation>Thu</translation>
    </message>
    <message>
        <source>周日</source>
        <translation>Sun</translation>
    </message>
    <message>
        <source>图片</source>
        <translation>Images</translation>
    </message>
    <message>
        <source>图片、录音、文档 ({})</source>
        <translation>Images, sound, documents ({})</translation>
    </message>
    <message>
        <source>地址相同</source>
        <translation>Same address</translation>
    </message>
    <message>
        <source>地址相近（{:.0f}%）</source>
        <translation>Similar address ({:.0f}%)</translation>
    </message>
    <message>
        <source>地点</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>地点不详</source>
        <translation>Place unknown</translation>
    </message>
    <message>
        <source>备份 {} {:%H:%M}</source>
        <translation>Backup {} {:%H:%M}</translation>
    </message>
    <message>
        <source>夜间电话</source>
        <translation>Night phone</translation>
    </message>
    <message>
        <source>天</source>
        <translation>days</translation>
    </message>
    <message>
        <source>定分歧  {}  {}</source>
        <translation>Settle dispute  {}  {}</translation>
    </message>
    <message>
        <source>对方</source>
        <translation>Other one</translation>
    </message>
    <message>
        <source>导入中断：{}</source>
        <translation>Import broken off: {}</translation>
    </message>
    <message>
        <source>导出错误清单</source>
        <translation>Export error list</translation>
    </message>
    <message>
        <source>将导入 {} 件{}{}。</source>
        <translation>{} incidents will be imported{}{}.</translation>
    </message>
    <message>
        <source>小时</source>
        <translation>hours</translation>
    </message>
    <message>
        <source>尾号 {}</source>
        <translation>ending in {}</translation>
    </message>
    <message>
        <source>已保存的内容没有丢失。（{}）</source>
        <translation>What was saved is not lost. ({})</translation>
    </message>
    <message>
        <source>已保存：{}</source>
        <translation>Saved: {}</translation>
    </message>
    <message>
        <source>已修复</source>
        <translation>Repaired</translation>
    </message>
    <message>
        <source>已修复，但缺 {} 条记录</source>
        <translation>Repaired, but {} records are missing</translation>
    </message>
    <message>
        <source>已写入的 {} 件保留；再次导入同一文件不会重复。</source>
        <translation>The {} written are kept; importing the same file again repeats nothing.</translation>
    </message>
    <message>
        <source>已删除</source>
        <translation>Deleted</translation>
    </message>
    <message>
        <source>已办结</source>
        <translation>Closed</translation>
    </message>
    <message>
        <source>已去掉 {} 个看不见的控制字符</source>
        <translation>{} invisible control characters removed</translation>
    </message>
    <message>
        <source>已取消，取消前写入的保留：{}</source>
        <translation>Cancelled; what was written before is kept: {}</translation>
    </message>
    <message>
        <source>已回访 {} 次，最多 3 次。未接通请去掉勾选。</source>
        <translation>Called back {} times, 3 at most. Untick if not reached.</translation>
    </message>
    <message>
        <source>已在办这一件</source>
        <translation>Already on this one</translation>
    </message>
    <message>
        <source>已在办这一件 · </source>
        <translation>Already on this one · </translation>
    </message>
    <message>
        <source>已并到</source>
        <translation>Merged into</translation>
    </message>
    <message>
        <source>已打印 {} 页：{}</source>
        <translation>Printed {} pages: {}</translation>
    </message>
    <message>
        <source>已电话通知 {} {} {}</source>
        <translation>Told by phone {} {} {}</translation>
    </message>
    <message>
        <source>已选 {}：{}</source>
        <translation>Chosen {}: {}</translation>
    </message>
    <message>
        <source>常用查找</source>
        <translation>Saved searches</translation>
    </message>
    <message>
        <source>常用查找已保存</source>
        <translation>Search saved</translation>
    </message>
    <message>
        <source>常用查找的名字</source>
        <translation>Name of the saved search</translation>
    </message>
    <message>
        <source>年-月-日</source>
        <translation>yyyy-mm-dd</translation>
    </message>
    <message>
        <source>并进的</source>
        <translation>Merged in</translation>
    </message>
    <message>
        <source>建议 {}：{}</source>
        <translation>Suggested {}: {}</translation>
    </message>
    <message>
        <source>建议单位先填了权责清单上的{}，不对就改。</source>
        <translation>The proposed unit is {} from the responsibility list; change it if wrong.</translation>
    </message>
    <message>
        <source>开始</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>当班</source>
        <translation>On duty</translation>
    </message>
    <message>
        <source>手上 {} 件</source>
        <translation>{} in hand</translation>
    </message>
    <message>
        <source>手上 {}/{}</source>
        <translation>In hand {}/{}</translation>
    </message>
    <message>
        <source>手工指定</source>
        <translation>Set by hand</translation>
    </message>
    <message>
        <source>手工指定不导入</source>
        <translation>Set by hand not to import</translation>
    </message>
    <message>
        <source>打印 Ctrl+P</source>
        <translation>Print Ctrl+P</translation>
    </message>
    <message>
        <source>打开 {}</source>
        <translation>Open {}</translation>
    </message>
    <message>
        <source>打开错误清单位置</source>
        <translation>Open the error list&apos;s folder</translation>
    </message>
    <message>
        <source>批准以后时限才停，到那一天的 24 时自动恢复；最长 {} 天。</source>
        <translation>The clock stops only on approval and resumes by itself at 24:00 of that day; {} days at most.</translation>
    </message>
    <message>
        <source>把文件拖到这里，或按 Ctrl+O 选择</source>
        <translation>Drop a file here, or press Ctrl+O to choose</translation>
    </message>
    <message>
        <source>挂起{}</source>
        <translation>On hold {}</translation>
    </message>
    <message>
        <source>按 Enter 查近 {} 天没有办结的事件；每次查询都记入日志，不查来电人的历史。</source>
        <translation>Press Enter to look for incidents of the last {} days not closed; each search is journalled, a caller&apos;s history is not searched.</translation>
    </message>
    <message>
        <source>按 {} 响应</source>
        <translation>under response {}</translation>
    </message>
    <message>
        <source>按 {}，{}Enter 确认；不定也能接着办别的</source>
        <translation>Press {}, {} Enter to confirm; you can do other work without settling it</translation>
    </message>
    <message>
        <source>按现在的节假日表算是 {}；定下的到期不会自己改</source>
        <translation>By the present holiday table it would be {}; a due time once set does not change by itself</translation>
    </message>
    <message>
        <source>损坏的文件没有删除，在：{}</source>
        <translation>The damaged file was not deleted, it is at: {}</translation>
    </message>
    <message>
        <source>换人前加的附件有 {} 个没有加入</source>
        <translation>Of the attachments added before the person changed, {} were not added</translation>
    </message>
    <message>
        <source>推荐</source>
        <translation>Best</translation>
    </message>
    <message>
        <source>改好后可直接再导入。</source>
        <translation>Once put right it can be imported again.</translation>
    </message>
    <message>
        <source>放弃 Esc</source>
        <translation>Discard Esc</translation>
    </message>
    <message>
        <source>数据截至 {}</source>
        <translation>Data as of {}</translation>
    </message>
    <message>
        <source>数据有更新，按 F5 重做</source>
        <translation>Data has changed, F5 makes it anew</translation>
    </message>
    <message>
        <source>数据没有丢失；改一下条件，或按 F5 再试</source>
        <translation>No data is lost; change the conditions, or press F5 to retry</translation>
    </message>
    <message>
        <source>整张清单</source>
        <translation>Whole list</translation>
    </message>
    <message>
        <source>整行退回</source>
        <translation>Row returned</translation>
    </message>
    <message>
        <source>文中提到对方地址的 {:.0f}%</source>
        <translation>The text names {:.0f}% of the other one&apos;s address</translation>
    </message>
    <message>
        <source>文中有“{}”</source>
        <translation>“{}” in the text</translation>
    </message>
    <message>
        <source>文件</source>
        <translation>File</translation>
    </message>
    <message>
        <source>文件的完整路径</source>
        <translation>Full path of the file</translation>
    </message>
    <message>
        <source>文件路径</source>
        <translation>File path</translation>
    </message>
    <message>
        <source>文件里的表</source>
        <translation>Sheets in the file</translation>
    </message>
    <message>
        <source>文号 {}</source>
        <translation>document no. {}</translation>
    </message>
    <message>
        <source>文字里的证件号已删除，共 {} 处</source>
        <translation>ID numbers in texts were removed, {} places</translation>
    </message>
    <message>
        <source>新到</source>
        <translation>New</translation>
    </message>
    <message>
        <source>新到 {}</source>
        <translation>New {}</translation>
    </message>
    <message>
        <source>新增 {} · 更新 {} · 未变 {} · 退回 {}</source>
        <translation>Added {} · updated {} · unchanged {} · returned {}</translation>
    </message>
    <message>
        <source>新增 {} 行，删去 {} 行，改动 {} 行</source>
        <translation>{} lines added, {} removed, {} changed</translation>
    </message>
    <message>
        <source>无</source>
        <translation>None</translation>
    </message>
    <message>
        <source>无位置</source>
        <translation>No position</translation>
    </message>
    <message>
        <source>无号码</source>
        <translation>no number</translation>
    </message>
    <message>
        <source>无权责依据，请值班长指定</source>
        <translation>No responsibility rule; the shift leader names the unit</translation>
    </message>
    <message>
        <source>无权责依据，请指定主办单位。</source>
        <translation>No basis in responsibility; name the lead unit.</translation>
    </message>
    <message>
        <source>时限停着</source>
        <translation>clock stopped</translation>
    </message>
    <message>
        <source>星期一</source>
        <translation>Monday</translation>
    </message>
    <message>
        <source>星期三</source>
        <translation>Wednesday</translation>
    </message>
    <message>
        <source>星期二</source>
        <translation>Tuesday</translation>
    </message>
    <message>
        <source>星期五</source>
        <translation>Friday</translation>
    </message>
    <message>
        <source>星期六</source>
        <translation>Saturday</translation>
    </message>
    <message>
        <source>星期四</source>
        <translation>Thursday</translation>
    </message>
    <message>
        <source>星期日</source>
        <translation>Sunday</translation>
    </message>
    <message>
        <source>昨天</source>
        <translation>Yesterday</translation>
    </message>
    <message>
        <source>最早未签 {}</source>
        <translation>Unsigned for {}</translation>
    </message>
    <message>
        <source>最近 {}</source>
        <translation>Next {}</translation>
    </message>
    <message>
        <source>有问题的行</source>
        <translation>Rows with problems</translation>
    </message>
    <message>
        <source>未分类</source>
        <translation>No class</translation>
    </message>
    <message>
        <source>未填</source>
        <translation>Not filled in</translation>
    </message>
    <message>
        <source>未找到</source>
        <translation>Not found</translation>
    </message>
    <message>
        <source>未留姓名</source>
        <translation>No name left</translation>
    </message>
    <message>
        <source>未知工位</source>
        <translation>Unknown workstation</translation>
    </message>
    <message>
        <source>未结案</source>
        <translation>Not closed</translation>
    </message>
    <message>
        <source>本站点</source>
        <translation>This station</translation>
    </message>
    <message>
        <source>权责：{}</source>
        <translation>Responsibility: {}</translation>
    </message>
    <message>
        <source>来电号码后四位</source>
        <translation>Last four digits of the caller&apos;s phone</translation>
    </message>
    <message>
        <source>查到的事件</source>
        <translation>Incidents found</translation>
    </message>
    <message>
        <source>查找的字词</source>
        <translation>Words to search for</translation>
    </message>
    <message>
        <source>查阅</source>
        <translation>Look up</translation>
    </message>
    <message>
        <source>次数</source>
        <translation>Times</translation>
    </message>
    <message>
        <source>正在停下…</source>
        <translation>Stopping…</translation>
    </message>
    <message>
        <source>正在写入，{} / {} 件</source>
        <translation>Writing, {} / {}</translation>
    </message>
    <message>
        <source>正在写入，共 {} 件</source>
        <translation>Writing, {} in all</translation>
    </message>
    <message>
        <source>正在制作…</source>
        <translation>Making it…</translation>
    </message>
    <message>
        <source>正在加密保存附件 {} / {} ……</source>
        <translation>Encrypting and saving attachment {} / {} …</translation>
    </message>
    <message>
        <source>正在备份：{} {}%</source>
        <translation>Backing up: {} {}%</translation>
    </message>
    <message>
        <source>正在打开…</source>
        <translation>Opening…</translation>
    </message>
    <message>
        <source>正在查找…</source>
        <translation>Searching…</translation>
    </message>
    <message>
        <source>正在核查数据 {}%</source>
        <translation>Checking data {}%</translation>
    </message>
    <message>
        <source>正在统计总数</source>
        <translation>Counting</translation>
    </message>
    <message>
        <source>正在读取 {}</source>
        <translation>Reading {}</translation>
    </message>
    <message>
        <source>正在读取 {}，{}</source>
        <translation>Reading {}, {}</translation>
    </message>
    <message>
        <source>比现在少 {} 条（{}前的备份）</source>
        <translation>{} records fewer than now (backup of {} ago)</translation>
    </message>
    <message>
        <source>没有办的还标着</source>
        <translation>those not done stay marked</translation>
    </message>
    <message>
        <source>没有可以撤下的协办单位。</source>
        <translation>No co-unit can be withdrawn.</translation>
    </message>
    <message>
        <source>没有可导入的办件：{}。</source>
        <translation>Nothing to import: {}.</translation>
    </message>
    <message>
        <source>没有可用的备份</source>
        <translation>No usable backup</translation>
    </message>
    <message>
        <source>没有把握；可能是 {}</source>
        <translation>Not sure; perhaps {}</translation>
    </message>
    <message>
        <source>没有指挥室密钥，或附件已被删除</source>
        <translation>No room key, or the attachment was deleted</translation>
    </message>
    <message>
        <source>没有查成</source>
        <translation>Search failed</translation>
    </message>
    <message>
        <source>没有照片：{}</source>
        <translation>No photo: {}</translation>
    </message>
    <message>
        <source>没有这个选项，或日期不是 年-月-日</source>
        <translation>There is no such option, or the date is not yyyy-mm-dd</translation>
    </message>
    <message>
        <source>没有这家单位，只有值班电话</source>
        <translation>No such unit, only a duty phone</translation>
    </message>
    <message>
        <source>没有问题</source>
        <translation>No problems</translation>
    </message>
    <message>
        <source>注意</source>
        <translation>Caution</translation>
    </message>
    <message>
        <source>涉密或内部 {} 件</source>
        <translation>{} secret or internal</translation>
    </message>
    <message>
        <source>清除条件</source>
        <translation>Clear conditions</translation>
    </message>
    <message>
        <source>照常导入</source>
        <translation>Imported as is</translation>
    </message>
    <message>
        <source>版本 {} · {}{} · {} 行</source>
        <translation>Version {} · {}{} · {} lines</translation>
    </message>
    <message>
        <source>特急 {} 件</source>
        <translation>{} critical</translation>
    </message>
    <message>
        <source>现在 {} 到期，原时限 {}。填延长几{}，不超过原时限；已延 {} 次，最多 {} 次。</source>
        <translation>Now due {}, original limit {}. Enter the extra {}, no more than the original limit; extended {} times, {} at most.</translation>
    </message>
    <message>
        <source>现在打这个</source>
        <translation>Call this one now</translation>
    </message>
    <message>
        <source>现在是{}。时限从原来的开始时间重算。</source>
        <translation>Now {}. The limit is reckoned anew from its original start.</translation>
    </message>
    <message>
        <source>现在是{}一级；层级空着，报上一级。已派的单位全部撤下，时限由上一级重新起算。</source>
        <translation>Now at {} level; left empty, it goes one level up. All units sent are withdrawn, the level above starts the limit anew.</translation>
    </message>
    <message>
        <source>现在没有在走的时限</source>
        <translation>No limit is running now</translation>
    </message>
    <message>
        <source>现在派出 {}到期</source>
        <translation>if sent now, due {}</translation>
    </message>
    <message>
        <source>用时 {}</source>
        <translation>Took {}</translation>
    </message>
    <message>
        <source>用词相近 {:.0f}%</source>
        <translation>Words {:.0f}% alike</translation>
    </message>
    <message>
        <source>由{}来定；不定也能接着办别的</source>
        <translation>{} settles this; you can do other work meanwhile</translation>
    </message>
    <message>
        <source>略过这张表</source>
        <translation>Skip this sheet</translation>
    </message>
    <message>
        <source>白天电话</source>
        <translation>Day phone</translation>
    </message>
    <message>
        <source>相距 {} 米</source>
        <translation>{} m apart</translation>
    </message>
    <message>
        <source>确认导入 Enter</source>
        <translation>Confirm import Enter</translation>
    </message>
    <message>
        <source>程序内部错误</source>
        <translation>Internal error</translation>
    </message>
    <message>
        <source>空</source>
        <translation>empty</translation>
    </message>
    <message>
        <source>站点 {site} 第 {epoch} 代第 {seq} 条</source>
        <translation>Station {site}, generation {epoch}, record {seq}</translation>
    </message>
    <message>
        <source>第 {} / {} 页</source>
        <translation>Page {} / {}</translation>
    </message>
    <message>
        <source>第 {} 行</source>
        <translation>Row {}</translation>
    </message>
    <message>
        <source>第 {} 项，共 {} 项；← → 换一项。</source>
        <translation>{} of {}; ← → for another.</translation>
    </message>
    <message>
        <source>紧急 {} 件</source>
        <translation>{} urgent</translation>
    </message>
    <message>
        <source>结案</source>
        <translation>Closed</translation>
    </message>
    <message>
        <source>结案条件：{}</source>
        <translation>Close if: {}</translation>
    </message>
    <message>
        <source>给 {} 加附件</source>
        <translation>Attach to {}</translation>
    </message>
    <message>
        <source>编号、标题、地址、内容、来源编号、答复中的字；拼音首字母也可</source>
        <translation>Words in number, title, address, content, source number or reply; pinyin initials too</translation>
    </message>
    <message>
        <source>缺少 {} 年节假日表，按周末计算</source>
        <translation>No holiday table for {}, counted by weekends</translation>
    </message>
    <message>
        <source>缺的 {} 条{}</source>
        <translation>the {} missing: {}</translation>
    </message>
    <message>
        <source>缺：{}{} 起等补充，时限停着</source>
        <translation>Missing: {}waiting since {}, clock stopped</translation>
    </message>
    <message>
        <source>网格为建议：文中提到{}</source>
        <translation>Grid suggested: the text names {}</translation>
    </message>
    <message>
        <source>至 {:%m-%d}</source>
        <translation>to {:%m-%d}</translation>
    </message>
    <message>
        <source>计入</source>
        <translation>Counted</translation>
    </message>
    <message>
        <source>证件号列已删除，不导入：{}（共 {} 处证件号）</source>
        <translation>ID number columns dropped, not imported: {} ({} ID numbers)</translation>
    </message>
    <message>
        <source>该类一般{}</source>
        <translation>this class is usually {}</translation>
    </message>
    <message>
        <source>请写明该由哪一家办。</source>
        <translation>Say which unit should handle it.</translation>
    </message>
    <message>
        <source>超 {}</source>
        <translation>{} late</translation>
    </message>
    <message>
        <source>距现场 {}</source>
        <translation>{} from the scene</translation>
    </message>
    <message>
        <source>跳过</source>
        <translation>Skipped</translation>
    </message>
    <message>
        <source>较早的一件 {}前已结案，是再次发生</source>
        <translation>The earlier one closed {} ago; it has happened again</translation>
    </message>
    <message>
        <source>近 {} 天没有办结、来电尾号相符的 {} 条；本次查询已记入日志</source>
        <translation>Not closed in the last {} days with that phone ending: {}; this search is journalled</translation>
    </message>
    <message>
        <source>还有 {} 件</source>
        <translation>{} more</translation>
    </message>
    <message>
        <source>这一件</source>
        <translation>This one</translation>
    </message>
    <message>
        <source>这张图片显示不了，可以另存后用别的程序打开</source>
        <translation>This image cannot be shown; save it and open it with another program</translation>
    </message>
    <message>
        <source>进度</source>
        <translation>Progress</translation>
    </message>
    <message>
        <source>退给{}重办，按返工算时限，不再算按期。</source>
        <translation>Back to {} to do again, on the redo limit; no longer counts as on time.</translation>
    </message>
    <message>
        <source>退给{}重办，时限 {}（原时限的一半，至少 4 工作时）。</source>
        <translation>Back to {} to do again, limit {} (half the original, at least 4 working hours).</translation>
    </message>
    <message>
        <source>适合宽度</source>
        <translation>Fit width</translation>
    </message>
    <message>
        <source>选择文件</source>
        <translation>Choose file</translation>
    </message>
    <message>
        <source>选择文件… Ctrl+O</source>
        <translation>Choose file… Ctrl+O</translation>
    </message>
    <message>
        <source>选择要导入的文件</source>
        <translation>Choose the file to import</translation>
    </message>
    <message>
        <source>都说到{}（用词相近 {:.0f}%）</source>
        <translation>Both speak of {} (words {:.0f}% alike)</translation>
    </message>
    <message>
        <source>重做 F5</source>
        <translation>Make again F5</translation>
    </message>
    <message>
        <source>重叠 {square_metres} 平方米：{value}</source>
        <translation>{square_metres} m² overlap: {value}</translation>
    </message>
    <message>
        <source>错误清单-{:%m%d-%H%M}.csv</source>
        <translation>errors-{:%m%d-%H%M}.csv</translation>
    </message>
    <message>
        <source>错误清单：{}</source>
        <translation>Error list: {}</translation>
    </message>
    <message>
        <source>门牌不同：{}、{}</source>
        <translation>Door numbers differ: {}, {}</translation>
    </message>
    <message>
        <source>问题</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>问题 {}</source>
        <translation>Problems {}</translation>
    </message>
    <message>
        <source>队伍距现场 {}</source>
        <translation>team {} from the scene</translation>
    </message>
    <message>
        <source>附件  {}  已加入 {} 个</source>
        <translation>Files  {}  {} added</translation>
    </message>
    <message>
        <source>附件 {}</source>
        <translation>Attachment {}</translation>
    </message>
    <message>
        <source>附件 {} 个</source>
        <translation>{} attachments</translation>
    </message>
    <message>
        <source>需要角色：{}。</source>
        <translation>Role needed: {}.</translation>
    </message>
    <message>
        <source>预览</source>
        <translation>Preview</translation>
    </message>
    <message>
        <source>（已过时）</source>
        <translation>, stale</translation>
    </message>
    <message>
        <source>（没有列名）</source>
        <translation>(no title)</translation>
    </message>
    <message>
        <source>（状态：{}）</source>
        <translation>: state {}</translation>
    </message>
    <message>
        <source>（电话确认：{}）</source>
        <translation>, confirmed by phone: {}</translation>
    </message>
    <message>
        <source>，{} 处提醒</source>
        <translation>, {} warnings</translation>
    </message>
    <message>
        <source>，{} 条待发</source>
        <translation>, {} waiting to be sent</translation>
    </message>
    <message>
        <source>，其中{}</source>
        <translation>, of these {}</translation>
    </message>
    <message>
        <source>，其中紧急特急 {} 件</source>
        <translation>, {} of them urgent or critical</translation>
    </message>
    <message>
        <source>，半小时没有动静</source>
        <translation>, nothing done for half an hour</translation>
    </message>
    <message>
        <source>，报{}</source>
        <translation>, to {}</translation>
    </message>
    <message>
        <source>，显示前 {:,} 条</source>
        <translation>, first {:,} shown</translation>
    </message>
    <message>
        <source>，超出</source>
        <translation>, over capacity</translation>
    </message>
    <message>
        <source>；{} 在别处也认领了</source>
        <translation>; {} took it on elsewhere too</translation>
    </message>
    <message>
        <source>；不涉及在办事件</source>
        <translation>; touches no open incident</translation>
    </message>
    <message>
        <source>；可请协办：{}</source>
        <translation>; possible co-units: {}</translation>
    </message>
    <message>
        <source>；完全重复的 {} 行略去</source>
        <translation>; {} exact repeats left out</translation>
    </message>
    <message>
        <source>；涉及单位 {}</source>
        <translation>; units touched {}</translation>
    </message>
    <message>
        <source>；涉及在办 {} 件，已定的时限不变：{}</source>
        <translation>; touches {} open incidents, limits already set stay: {}</translation>
    </message>
    <message>
        <source>；退回 {} 行</source>
        <translation>; {} rows returned</translation>
    </message>
    <message>
        <source>{} · 级别 {}–{}</source>
        <translation>{} · levels {}–{}</translation>
    </message>
    <message>
        <source>{} 行没有更新的，{} 行不在班</source>
        <translation>{} rows were no newer, {} not on duty</translation>
    </message>
    <message>
        <source>{}（已过时）</source>
        <translation>{}, stale</translation>
    </message>
    <message>
        <source>▲ {}，{} 条待发</source>
        <translation>▲ {}, {} to send</translation>
    </message>
    <message>
        <source>▲ 区级线路中断 {}，{} 条待发，本机照常工作</source>
        <translation>▲ Line to the district down for {}, {} to send; work goes on here</translation>
    </message>
    <message>
        <source>○ 未登记交换服务，数据只在本机</source>
        <translation>○ Not enrolled at a hub; the data is here only</translation>
    </message>
    <message>
        <source>○ 正在连接</source>
        <translation>○ Connecting</translation>
    </message>
    <message>
        <source>● 区级线路正常{}</source>
        <translation>● Line to the district up{}</translation>
    </message>
    <message>
        <source>。来源：{}</source>
        <translation>. Source: {}</translation>
    </message>
    <message>
        <source>不变 {}</source>
        <translation>{} unchanged</translation>
    </message>
    <message>
        <source>不换算</source>
        <translation>not converted</translation>
    </message>
    <message>
        <source>只查近 {days} 天没有办结的事件</source>
        <translation>Only open incidents of the last {days} days are searched</translation>
    </message>
    <message>
        <source>可写入 {} 行 · 退回 {} 行</source>
        <translation>{} rows can go in · {} rejected</translation>
    </message>
    <message>
        <source>坐标按 {} 读入，{}</source>
        <translation>Coordinates read as {}, {}</translation>
    </message>
    <message>
        <source>坐标按 {} 读入，不换算</source>
        <translation>Coordinates read as {}, not converted</translation>
    </message>
    <message>
        <source>坐标按 {} 读入，已按公开公式换算为 WGS-84</source>
        <translation>Coordinates read as {}, converted to WGS-84 by the published formulas</translation>
    </message>
    <message>
        <source>已写入：新增 {}，更改 {}，不变 {}。</source>
        <translation>Written: {} new, {} changed, {} unchanged.</translation>
    </message>
    <message>
        <source>已选用这份底图，只对本机有效。</source>
        <translation>This background map is used now, on this machine only.</translation>
    </message>
    <message>
        <source>建议：以往“{}”的 {} 件，{} 件在这里</source>
        <translation>Suggested: of {1} earlier ones at “{0}”, {2} were here</translation>
    </message>
    <message>
        <source>建议：文中提到{}</source>
        <translation>Suggested: the text mentions {}</translation>
    </message>
    <message>
        <source>按 {} 的底图摆放；只对本机有效，不写入数据</source>
        <translation>Placed as a map in {}; on this machine only, not written to the record</translation>
    </message>
    <message>
        <source>按公开公式换算为 WGS-84</source>
        <translation>converted to WGS-84 by the published formulas</translation>
    </message>
    <message>
        <source>提醒 {}</source>
        <translation>{} remarks</translation>
    </message>
    <message>
        <source>整个文件</source>
        <translation>Whole file</translation>
    </message>
    <message>
        <source>新增 {}</source>
        <translation>{} new</translation>
    </message>
    <message>
        <source>更改 {}</source>
        <translation>{} changed</translation>
    </message>
    <message>
        <source>更新 {} 支队伍的位置；{}，没有收。</source>
        <translation>Positions of {} teams updated; {}, not taken.</translation>
    </message>
    <message>
        <source>浅色</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>深色</source>
        <translation>Dark</translation>
    </message>
    <message>
        <source>第 {} 个</source>
        <translation>No. {}</translation>
    </message>
    <message>
        <source>证件号列已删除，不导入（内容是证件号）</source>
        <translation>Column of ID numbers removed, not imported (its content is ID numbers)</translation>
    </message>
    <message>
        <source>这一列用不上，已略过</source>
        <translation>This column is not needed; skipped</translation>
    </message>
    <message>
        <source>退回 {}</source>
        <translation>{} rejected</translation>
    </message>
    <message>
        <source>退回-{:%m%d-%H%M}{}</source>
        <translation>rejected-{:%m%d-%H%M}{}</translation>
    </message>
    <message>
        <source>高对比</source>
        <translation>High contrast</translation>
    </message>
    <message>
        <source>，{} 个图形</source>
        <translation>, {} shapes</translation>
    </message>
    <message>
        <source>，▲ {} 条链未同步</source>
        <translation>, ▲ {} chains not exchanged</translation>
    </message>
    <message>
        <source>；与原有中心点相差约 {} 米</source>
        <translation>; about {} m from the centre known</translation>
    </message>
    <message>
        <source>2 小时内到期</source>
        <translation>due in 2 h</translation>
    </message>
    <message>
        <source>Space 在十字处加一角</source>
        <translation>Space adds a corner at the cross</translation>
    </message>
    <message>
        <source>{:.0f} 米</source>
        <translation>{:.0f} m</translation>
    </message>
    <message>
        <source>{} 以上</source>
        <translation>{} and more</translation>
    </message>
    <message>
        <source>{}，位置 {}</source>
        <translation>{}, position {}</translation>
    </message>
    <message>
        <source>位置过时</source>
        <translation>old position</translation>
    </message>
    <message>
        <source>分类 {}</source>
        <translation>Class {}</translation>
    </message>
    <message>
        <source>半径 {}内</source>
        <translation>Within {}</translation>
    </message>
    <message>
        <source>单击加一角</source>
        <translation>Click adds a corner</translation>
    </message>
    <message>
        <source>圆圈选：半径 {}。{}，Esc 取消</source>
        <translation>Circle: radius {}. {}, Esc cancels</translation>
    </message>
    <message>
        <source>在地图上看这一件</source>
        <translation>Look at it on the map</translation>
    </message>
    <message>
        <source>多边形内</source>
        <translation>In the polygon</translation>
    </message>
    <message>
        <source>多边形圈选：{} 个角。{}，Enter 选定，Esc 取消</source>
        <translation>Polygon: {} corners. {}, Enter selects, Esc cancels</translation>
    </message>
    <message>
        <source>平台 {}</source>
        <translation>Platform {}</translation>
    </message>
    <message>
        <source>待办 {} 件，其中超时 {} 件</source>
        <translation>{} open, {} of them late</translation>
    </message>
    <message>
        <source>拖动定半径</source>
        <translation>Drag sets the radius</translation>
    </message>
    <message>
        <source>方向键移动，+ - 改大小，Enter 选定</source>
        <translation>Arrows move, + - change the size, Enter selects</translation>
    </message>
    <message>
        <source>无坐标 {}</source>
        <translation>{} without coordinates</translation>
    </message>
    <message>
        <source>未到期</source>
        <translation>in time</translation>
    </message>
    <message>
        <source>格内是件数；放大后逐件显示</source>
        <translation>Numbers are counts; closer, each incident is shown</translation>
    </message>
    <message>
        <source>每格件数：{}</source>
        <translation>Per grid: {}</translation>
    </message>
    <message>
        <source>每格件数：{} · {}</source>
        <translation>Per grid: {} · {}</translation>
    </message>
    <message>
        <source>状态 {}</source>
        <translation>State {}</translation>
    </message>
    <message>
        <source>看地图</source>
        <translation>On the map</translation>
    </message>
    <message>
        <source>，Backspace 去掉一角</source>
        <translation>, Backspace removes a corner</translation>
    </message>
    <message>
        <source>怎样办的</source>
        <translation>How it was handled</translation>
    </message>
    <message>
        <source>改写数据结构</source>
        <translation>Rewriting the structure</translation>
    </message>
    <message>
        <source>正在升级列表 {}%，数据没有丢失</source>
        <translation>Upgrading lists {}%, nothing is lost</translation>
    </message>
    <message>
        <source>程序换了新版本：先在本机留一份备份，再升级。没有丢失任何数据；中途关闭窗口也不会丢失，下次打开再升级。</source>
        <translation>The program is a newer version: a copy is kept here first, then the data is upgraded. Nothing is lost, not even if the window is closed meanwhile; it is then upgraded at the next start.</translation>
    </message>
    <message>
        <source>第 {} 步，共 {} 步：{}{}</source>
        <translation>Step {} of {}: {}{}</translation>
    </message>
    <message>
        <source>计算校验码</source>
        <translation>Computing checksums</translation>
    </message>
    <message>
        <source>{value} 没有名称</source>
        <translation>{value} has no name</translation>
    </message>
    <message>
        <source>“{column}”是空的</source>
        <translation>“{column}” is empty</translation>
    </message>
    <message>
        <source>“{column}”要是不带符号的整数，现在是：{value}</source>
        <translation>“{column}” has to be a whole number without a sign; it is: {value}</translation>
    </message>
    <message>
        <source>“{file}”第 {line} 行第 {at} 个字读不懂，在第 {number} 个图形</source>
        <translation>“{file}” cannot be read at line {line}, character {at}, in shape no. {number}</translation>
    </message>
    <message>
        <source>“{file}”第 {number} 个图形里有 {value}，不是数</source>
        <translation>Shape no. {number} of “{file}” holds {value}, which is no number</translation>
    </message>
    <message>
        <source>值班人现为 {}，不是您就换人</source>
        <translation>On duty now: {}; if that is not you, switch</translation>
    </message>
    <message>
        <source>名字写着 {}，其实是 {}</source>
        <translation>named {}, it is {}</translation>
    </message>
    <message>
        <source>含这一件</source>
        <translation>this one included</translation>
    </message>
    <message>
        <source>居委会</source>
        <translation>Residents&apos; committee</translation>
    </message>
    <message>
        <source>您的视图已有 {most} 个</source>
        <translation>You have {most} views already</translation>
    </message>
    <message>
        <source>换人</source>
        <translation>Switch person</translation>
    </message>
    <message>
        <source>文件里没有，本机也没有；请在文件里补上。</source>
        <translation>It is neither in the file nor here; add it to the file.</translation>
    </message>
    <message>
        <source>本机设置读不出，已留作 settings.json.damaged，先用默认的</source>
        <translation>The settings of this machine could not be read; kept as settings.json.damaged, defaults are used</translation>
    </message>
    <message>
        <source>村</source>
        <translation>Village</translation>
    </message>
    <message>
        <source>村委会</source>
        <translation>Village committee</translation>
    </message>
    <message>
        <source>没有写入。可能没有导出完整；请从地图软件重新导出。</source>
        <translation>Nothing was written. The export may be incomplete; export again from the map program.</translation>
    </message>
    <message>
        <source>没有写入。在第 {line} 行第 {at} 个字；请在地图软件里修好这个图形，重新导出。</source>
        <translation>Nothing was written. At line {line}, character {at}; mend the shape in the map program and export again.</translation>
    </message>
    <message>
        <source>没有图形（geometry 是空的）</source>
        <translation>No shape (geometry is empty)</translation>
    </message>
    <message>
        <source>没有存；列表还是这样筛着，请写短些再存。</source>
        <translation>Not saved; the list stays filtered. Write it shorter and save again.</translation>
    </message>
    <message>
        <source>没有存；请先在左侧选一个不用的，按 Delete 删除。</source>
        <translation>Not saved; choose one at the left that is not needed and press Delete first.</translation>
    </message>
    <message>
        <source>没有电话，请在单位清单里补</source>
        <translation>No phone; add it in the list of units</translation>
    </message>
    <message>
        <source>社区</source>
        <translation>Community</translation>
    </message>
    <message>
        <source>视图的名字和词各最多 {most} 个字</source>
        <translation>Name and words of a view have {most} characters at most each</translation>
    </message>
    <message>
        <source>请在地图软件里画上，或删去这一个。</source>
        <translation>Draw it in the map program, or remove this one.</translation>
    </message>
    <message>
        <source>请在文件里改正，再导入一次。</source>
        <translation>Correct it in the file and import again.</translation>
    </message>
    <message>
        <source>请在文件里缩短，再导入一次。</source>
        <translation>Shorten it in the file and import again.</translation>
    </message>
    <message>
        <source>请在文件里补上，再导入一次。</source>
        <translation>Add it in the file and import again.</translation>
    </message>
    <message>
        <source>（未办结的多：细比了 {} 件，更早的 {} 件只比地址和原文）</source>
        <translation> (much is open: {} compared closely, {} older ones by address and text only)</translation>
    </message>
    <message>
        <source>U盘不能写：{path}</source>
        <translation>The USB stick cannot be written to: {path}</translation>
    </message>
    <message>
        <source>U盘不见了：{path}</source>
        <translation>The USB stick is gone: {path}</translation>
    </message>
    <message>
        <source>U盘写不进去：{path}</source>
        <translation>Writing to the USB stick failed: {path}</translation>
    </message>
    <message>
        <source>U盘空间不够：{path}</source>
        <translation>Not enough room on the USB stick: {path}</translation>
    </message>
    <message>
        <source>{url} 不是本室认识的工位</source>
        <translation>{url} is no workstation known to this room</translation>
    </message>
    <message>
        <source>{url} 的签名密钥不是本室工位的</source>
        <translation>The signing key at {url} is not that of a workstation of this room</translation>
    </message>
    <message>
        <source>“{file}”不是普通文件</source>
        <translation>“{file}” is not an ordinary file</translation>
    </message>
    <message>
        <source>▲ 交换已暂停，数据只在本机</source>
        <translation>▲ The exchange is paused, data stay on this machine</translation>
    </message>
    <message>
        <source>不认识写文件的工位 {station}（{town}）</source>
        <translation>The station that wrote the file is not known: {station} ({town})</translation>
    </message>
    <message>
        <source>不认识的没有写入，文件没有改动。请更新本机程序后再读这个文件。</source>
        <translation>What is not known was not taken in; the file is unchanged. Update the program here, then read the file again.</translation>
    </message>
    <message>
        <source>不认识这个文件：不是网格指挥台写的</source>
        <translation>This file is not known: GridDesk did not write it</translation>
    </message>
    <message>
        <source>交换文件的开头不对</source>
        <translation>The beginning of the exchange file is wrong</translation>
    </message>
    <message>
        <source>交换文件的签名不对</source>
        <translation>The signature of the exchange file is wrong</translation>
    </message>
    <message>
        <source>写好后从U盘读回来不一样：{path}</source>
        <translation>What was read back from the USB stick is not what was written: {path}</translation>
    </message>
    <message>
        <source>写文件的工位 {station} 已被停用</source>
        <translation>The station that wrote the file, {station}, has been revoked</translation>
    </message>
    <message>
        <source>写的文件已删去，数据没有改动。这个U盘不可靠，请换一个。</source>
        <translation>The file was removed, no data was changed. This stick cannot be relied on: use another.</translation>
    </message>
    <message>
        <source>写的时候记录有变动，没有写完</source>
        <translation>The record changed while it was being written; writing was not finished</translation>
    </message>
    <message>
        <source>前面完好的可以收下，不会重复。请对方重新写一份。</source>
        <translation>What is whole before that can be taken in; nothing comes twice. Ask the other side to write it again.</translation>
    </message>
    <message>
        <source>前面完好的可以收下，不会重复。请对方重新写一份，最好换一个U盘。</source>
        <translation>What is whole before that can be taken in; nothing comes twice. Ask the other side to write it again, best on another stick.</translation>
    </message>
    <message>
        <source>发送太慢，服务没有等到</source>
        <translation>Sent too slowly: the service did not wait</translation>
    </message>
    <message>
        <source>口令文件 {path} 里的口令太短或太长</source>
        <translation>The word in the file {path} is too short or too long</translation>
    </message>
    <message>
        <source>只能在服务那台机器上看</source>
        <translation>This can be seen on the service&apos;s own machine only</translation>
    </message>
    <message>
        <source>对账卡不对，或被改动过</source>
        <translation>The card of heads is wrong, or was changed</translation>
    </message>
    <message>
        <source>已经收下的不会丢失。请检查U盘是否插好，再读一次。（{detail}）</source>
        <translation>What was taken in is not lost. Check that the stick is plugged in and read it again. ({detail})</translation>
    </message>
    <message>
        <source>待发的记录没有丢失，稍后自动重试。请检查线路。</source>
        <translation>What is to be sent is not lost and will be tried again soon. Please check the line.</translation>
    </message>
    <message>
        <source>指纹不一致，没有收下身份卡</source>
        <translation>The fingerprints differ; the station card was not accepted</translation>
    </message>
    <message>
        <source>收件工位的密钥不能用</source>
        <translation>The key of the receiving station cannot be used</translation>
    </message>
    <message>
        <source>文件不完整：共 {parts} 部分，第 {part} 部分起没有了</source>
        <translation>The file is cut off: of {parts} parts, all from part {part} on are missing</translation>
    </message>
    <message>
        <source>文件是写给另一个工位的，本工位打不开</source>
        <translation>The file was written for another station; it cannot be opened here</translation>
    </message>
    <message>
        <source>文件是更新的程序写的（格式 {found}），本程序还不认识</source>
        <translation>A newer program wrote the file (format {found}); this one does not know it yet</translation>
    </message>
    <message>
        <source>文件是更旧的程序写的（格式 {found}），本程序读不了</source>
        <translation>An older program wrote the file (format {found}); this one cannot read it</translation>
    </message>
    <message>
        <source>文件第 {part} 部分损坏（共 {parts} 部分）</source>
        <translation>Part {part} of {parts} of the file is damaged</translation>
    </message>
    <message>
        <source>文件里有一个附件损坏</source>
        <translation>An attachment in the file is damaged</translation>
    </message>
    <message>
        <source>服务没有启动。口令要 {limit} 个字符以上、不超过 200 个；删掉文件再启动会重新生成。</source>
        <translation>The service was not started. The word needs {limit} characters at least and 200 at most; delete the file and start again to have a new one made.</translation>
    </message>
    <message>
        <source>本室 {}/{} {}</source>
        <translation>Room {}/{} {}</translation>
    </message>
    <message>
        <source>本室有交换服务，工位不发登记码</source>
        <translation>This room has a hub; workstations issue no enrolment codes</translation>
    </message>
    <message>
        <source>没有 {name} 还缺的记录</source>
        <translation>There is nothing that {name} still lacks</translation>
    </message>
    <message>
        <source>没有写入任何内容。card 是身份卡，heads 是对账卡，stick 是交换文件。</source>
        <translation>Nothing was taken in. “card” is a station card, “heads” a card of heads, “stick” an exchange file.</translation>
    </message>
    <message>
        <source>没有写入任何内容。交换文件的名称以 .gdx 结尾；表格请到“导入”。</source>
        <translation>Nothing was taken in. Names of exchange files end in .gdx; tables belong to Import.</translation>
    </message>
    <message>
        <source>没有写入任何内容。文件可能被改动过，请对方重新写一份。</source>
        <translation>Nothing was taken in. The file may have been changed: ask the other side to write it again.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请先收下对方的身份卡，并在电话里核对指纹。</source>
        <translation>Nothing was taken in. Accept the other station&apos;s card first, and compare its fingerprint on the telephone.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请对方更新程序后再写一份。</source>
        <translation>Nothing was taken in. Ask the other side to update its program and write it again.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请对方选择本工位再写一份。</source>
        <translation>Nothing was taken in. Ask the other side to write one for this station.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请对方重新写一份。</source>
        <translation>Nothing was taken in. Ask the other side to write it again.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请核对选的是哪个文件。</source>
        <translation>Nothing was taken in. Check which file was chosen.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请联系区级技术员。</source>
        <translation>Nothing was taken in. Call the district&apos;s technician.</translation>
    </message>
    <message>
        <source>没有写入任何内容，也不需要收。请交给对方读。</source>
        <translation>Nothing was taken in, and nothing needs to be. Hand it to the other side.</translation>
    </message>
    <message>
        <source>没有写入任何内容，会自动接着传。</source>
        <translation>Nothing was written; it goes on by itself.</translation>
    </message>
    <message>
        <source>没有写出文件。要重写一份完整的，请选“全部”。</source>
        <translation>No file was written. For a complete one choose “everything”.</translation>
    </message>
    <message>
        <source>没有写出文件。请重新收一次对方的身份卡。</source>
        <translation>No file was written. Accept the other station&apos;s card once more.</translation>
    </message>
    <message>
        <source>没有写完的不会当作交换文件，数据没有改动。请换一个U盘。（{detail}）</source>
        <translation>What is unfinished does not count as an exchange file; no data was changed. Use another stick. ({detail})</translation>
    </message>
    <message>
        <source>没有写完的不会当作交换文件，数据没有改动。请插好U盘，重新选目录再写。</source>
        <translation>What is unfinished does not count as an exchange file; no data was changed. Plug the stick in, choose the folder again and write once more.</translation>
    </message>
    <message>
        <source>没有发出任何内容。先在服务登记，或互相用登记码登记。</source>
        <translation>Nothing was sent. Enrol at the hub first, or at each other with an enrolment code.</translation>
    </message>
    <message>
        <source>没有发出任何内容。请技术员核对地址和对方的指纹。</source>
        <translation>Nothing was sent. Have a technician compare the address and the other side&apos;s fingerprint.</translation>
    </message>
    <message>
        <source>没有改动任何内容。只收本镇街工位、所属区级和下属镇街的身份卡。</source>
        <translation>Nothing was changed. Only cards of stations of this town, its district, and towns below it are accepted.</translation>
    </message>
    <message>
        <source>没有改动任何内容。启动时加 --status-token 才能从别处看。</source>
        <translation>Nothing was changed. Start the service with --status-token to see it from elsewhere.</translation>
    </message>
    <message>
        <source>没有改动任何内容。请交给对方。</source>
        <translation>Nothing was changed. Hand it to the other side.</translation>
    </message>
    <message>
        <source>没有改动任何内容。请对方重新写一张。</source>
        <translation>Nothing was changed. Ask the other side to write it again.</translation>
    </message>
    <message>
        <source>没有留下写了一半的文件，数据没有丢失。请再写一次。</source>
        <translation>No half-written file was left, no data was lost. Write it once more.</translation>
    </message>
    <message>
        <source>没有留下写了一半的文件，数据没有改动。请检查写保护开关和权限，或换一个U盘。</source>
        <translation>No half-written file was left, no data was changed. Check the write-protect switch and the permissions, or use another stick.</translation>
    </message>
    <message>
        <source>没有留下写了一半的文件，数据没有改动。请清理或换一个U盘。</source>
        <translation>No half-written file was left, no data was changed. Make room, or use another stick.</translation>
    </message>
    <message>
        <source>用户名随意，密码是口令文件里的一行。</source>
        <translation>Any user name; the password is the line in the word&apos;s file.</translation>
    </message>
    <message>
        <source>要看服务的情况，需要口令</source>
        <translation>Seeing how the service stands needs its word</translation>
    </message>
    <message>
        <source>记录不受影响，附件可以再取。请对方重新写一份。</source>
        <translation>The record is not affected, and the attachment can come again. Ask the other side to write it again.</translation>
    </message>
    <message>
        <source>请由服务一方发登记码（enrol --new-code）。</source>
        <translation>Have the hub issue the enrolment code (enrol --new-code).</translation>
    </message>
    <message>
        <source>读不出文件 {file}</source>
        <translation>The file cannot be read: {file}</translation>
    </message>
    <message>
        <source>身份卡不对，或被改动过</source>
        <translation>The station card is wrong, or was changed</translation>
    </message>
    <message>
        <source>身份卡属于 {town}，不在本站点的范围内</source>
        <translation>The card belongs to {town}, which is outside this station&apos;s scope</translation>
    </message>
    <message>
        <source>身份卡的指纹是 {value}。请打电话和对方逐组核对，不一致就不要收。</source>
        <translation>The card&apos;s fingerprint is {value}. Compare it group by group on the telephone; do not accept it if they differ.</translation>
    </message>
    <message>
        <source>这是别的程序的文件（{found}），不是交换文件</source>
        <translation>This is another program&apos;s file ({found}), not an exchange file</translation>
    </message>
    <message>
        <source>这是本工位自己写出的文件</source>
        <translation>This station wrote the file itself</translation>
    </message>
    <message>
        <source>这是本工位自己的身份卡</source>
        <translation>This is this station&apos;s own card</translation>
    </message>
    <message>
        <source>这是网格指挥台的另一种文件（{found}）</source>
        <translation>This is a GridDesk file of another kind ({found})</translation>
    </message>
    <message>
        <source>链接、设备和文件夹都不读，没有写入任何内容。请选择文件本身。</source>
        <translation>Links, devices and folders are not read; nothing was taken in. Choose the file itself.</translation>
    </message>
    <message>
        <source>附件要从第 {expected} 字节接着传</source>
        <translation>The file goes on from byte {expected}</translation>
    </message>
    <message>
        <source>{:.0f} 条/秒</source>
        <translation>{:.0f} ops/s</translation>
    </message>
    <message>
        <source>▲ {} 条链未同步</source>
        <translation>▲ {} chains behind</translation>
    </message>
    <message>
        <source>▲ 中断 {}</source>
        <translation>▲ Down {}</translation>
    </message>
    <message>
        <source>▲ 已暂停</source>
        <translation>▲ Paused</translation>
    </message>
    <message>
        <source>▲ 快 {} 分</source>
        <translation>▲ {} min fast</translation>
    </message>
    <message>
        <source>▲ 慢 {} 分</source>
        <translation>▲ {} min slow</translation>
    </message>
    <message>
        <source>▲ 连不上</source>
        <translation>▲ No connection</translation>
    </message>
    <message>
        <source>● 正常</source>
        <translation>● Up</translation>
    </message>
    <message>
        <source>一致</source>
        <translation>In step</translation>
    </message>
    <message>
        <source>{value} 是另一个镇街的事件，不能并到它</source>
        <translation>{value} is another town&apos;s incident; it cannot be merged into that</translation>
    </message>
    <message>
        <source>{} 工位 {}（{}）</source>
        <translation>{}, station {} ({})</translation>
    </message>
    <message>
        <source>{} 条要等升级程序或收到前文后显示</source>
        <translation>{} wait for an update or for what goes before them</translation>
    </message>
    <message>
        <source>▲ {} 个附件不在本机，没有写</source>
        <translation>▲ {} attachments are not on this machine and were not written</translation>
    </message>
    <message>
        <source>▲ 对方另有 {} 条不在文件里，会在下次与区级交换时取</source>
        <translation>▲ The other side has {} more that are not in the file; they are fetched at the next exchange with the district</translation>
    </message>
    <message>
        <source>▲ 对方另有 {} 条本机没有：与区级交换时会取；没有线路的，请对方写“全部”</source>
        <translation>▲ The other side has {} more that are not here: fetched at the exchange with the district; without a line ask for “everything”</translation>
    </message>
    <message>
        <source>▲ 没有收下新的</source>
        <translation>▲ Nothing new was taken in</translation>
    </message>
    <message>
        <source>✓ 可以拔出：{} 条记录，{} 个附件，{}</source>
        <translation>✓ May be unplugged: {} entries, {} attachments, {}</translation>
    </message>
    <message>
        <source>✓ 收下 {} 条记录，{} 个附件</source>
        <translation>✓ Taken in: {} entries, {} attachments</translation>
    </message>
    <message>
        <source>✓ 都已有，没有新的</source>
        <translation>✓ All here already, nothing new</translation>
    </message>
    <message>
        <source>不属于本镇街，不收</source>
        <translation>not of this town, not taken in</translation>
    </message>
    <message>
        <source>不能授权给外镇街的工位</source>
        <translation>A station of another town cannot be granted the key</translation>
    </message>
    <message>
        <source>与本机的不一致，先不收</source>
        <translation>differs from what is here, not taken in for now</translation>
    </message>
    <message>
        <source>交换文件、身份卡、对账卡 (*.gdx *.gdc *.gdh)</source>
        <translation>Exchange files, station cards, cards of heads (*.gdx *.gdc *.gdh)</translation>
    </message>
    <message>
        <source>从U盘读回核对</source>
        <translation>Reading back from the stick</translation>
    </message>
    <message>
        <source>写到U盘</source>
        <translation>Writing to the stick</translation>
    </message>
    <message>
        <source>写明的地址见 griddesk peers --add。</source>
        <translation>griddesk peers --add prints those that were named.</translation>
    </message>
    <message>
        <source>前面还缺，先不收</source>
        <translation>what goes before is missing, not taken in for now</translation>
    </message>
    <message>
        <source>区级督办：{}</source>
        <translation>Pressed by the district: {}</translation>
    </message>
    <message>
        <source>工位 {}（{}）</source>
        <translation>station {} ({})</translation>
    </message>
    <message>
        <source>收下</source>
        <translation>Taking in</translation>
    </message>
    <message>
        <source>本工位是在别处登记的，不能自己停用别的工位</source>
        <translation>This workstation enrolled elsewhere and cannot revoke others itself</translation>
    </message>
    <message>
        <source>本机是恢复的旧数据，编号链会另起一段再取回</source>
        <translation>the record here was restored; it goes on in a new chain and takes these back</translation>
    </message>
    <message>
        <source>来自 {}，{} 写</source>
        <translation>From {}, written {}</translation>
    </message>
    <message>
        <source>查看文件</source>
        <translation>Looking at the file</translation>
    </message>
    <message>
        <source>没有写明过地址 {value}</source>
        <translation>The address {value} was never named</translation>
    </message>
    <message>
        <source>没有授权。指挥室密钥只能授给本镇街的工位，或本区级指挥中心的工位。</source>
        <translation>Nothing was granted. A room key goes to stations of the same town, or of the district&apos;s centre, only.</translation>
    </message>
    <message>
        <source>没有改动。并案只在同一个镇街之内；跨镇街的请分别下派。</source>
        <translation>Nothing was changed. Incidents are merged within one town only; send those of several towns down one by one.</translation>
    </message>
    <message>
        <source>记录 {} 条，其中新的 {} 条；附件 {} 个</source>
        <translation>{} entries, {} of them new; {} attachments</translation>
    </message>
    <message>
        <source>请在交换服务，或在发登记码的那个工位上停用。</source>
        <translation>Revoke at the hub, or at the workstation that issued the enrolment code.</translation>
    </message>
    <message>
        <source>这是一套 {} 个文件里的第 {} 个</source>
        <translation>Of a set of {} files this is number {}</translation>
    </message>
    <message>
        <source>都已有，没有新的</source>
        <translation>All here already, nothing new</translation>
    </message>
    <message>
        <source>{}：第 {}–{} 条，新的 {} 条</source>
        <translation>{}: entries {}–{}, {} of them new</translation>
    </message>
    <message>
        <source>{path} 里没有这个数据库里服务的密钥</source>
        <translation>{path} does not hold the key of the service in this database</translation>
    </message>
    <message>
        <source>今日收件</source>
        <translation>New today</translation>
    </message>
    <message>
        <source>到统计：各镇街或各村社的数字</source>
        <translation>Go to the figures of every town or village</translation>
    </message>
    <message>
        <source>区级督办 {} 件，请答复</source>
        <translation>{} pressed by the district, please reply</translation>
    </message>
    <message>
        <source>合计</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>已经答复收下的没有丢失，各站点会再发。请查 PostgreSQL 开没开、地址和口令对不对。</source>
        <translation>Nothing that was acknowledged is lost; the stations will send again. Check that PostgreSQL runs and that its address and password are right.</translation>
    </message>
    <message>
        <source>打印 P</source>
        <translation>Print P</translation>
    </message>
    <message>
        <source>按期率</source>
        <translation>On time</translation>
    </message>
    <message>
        <source>数据库地址不对</source>
        <translation>The database&apos;s address is wrong</translation>
    </message>
    <message>
        <source>数据库没有回答（{detail}）</source>
        <translation>The database does not answer ({detail})</translation>
    </message>
    <message>
        <source>数据库没有打开 fsync 或 full_page_writes，断电会丢记录</source>
        <translation>The database has fsync or full_page_writes off: a power cut would lose records</translation>
    </message>
    <message>
        <source>数据库里没有 {path} 这个服务</source>
        <translation>The database does not hold the service of {path}</translation>
    </message>
    <message>
        <source>数据截至 {}；本月从 1 日起算。在一格上按 Enter，到值班台看那些事件</source>
        <translation>As of {}; the month counts from the 1st. Press Enter on a cell to see those incidents at the desk</translation>
    </message>
    <message>
        <source>服务没有启动。请安装带 district 的程序包，或不用 --store。</source>
        <translation>The service did not start. Install the program with its extra “district”, or do without --store.</translation>
    </message>
    <message>
        <source>服务没有启动，没有写入任何内容。请改好 PostgreSQL 的配置再启动。</source>
        <translation>The service did not start and nothing was written. Mend PostgreSQL&apos;s settings, then start again.</translation>
    </message>
    <message>
        <source>未定地点</source>
        <translation>Not placed yet</translation>
    </message>
    <message>
        <source>本月上报</source>
        <translation>Escalated this month</translation>
    </message>
    <message>
        <source>本月督办</source>
        <translation>Supervised this month</translation>
    </message>
    <message>
        <source>本月结案</source>
        <translation>Closed this month</translation>
    </message>
    <message>
        <source>本机没有安装 PostgreSQL 的驱动</source>
        <translation>The driver for PostgreSQL is not installed here</translation>
    </message>
    <message>
        <source>本级</source>
        <translation>District&apos;s own</translation>
    </message>
    <message>
        <source>没有写入任何内容。应为 postgresql://用户@主机:端口/数据库。</source>
        <translation>Nothing was written. It should be postgresql://user@host:port/database.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请把第一台服务的数据目录整个拷来再启动。</source>
        <translation>Nothing was written. Copy the whole data folder of the first service here, then start again.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请核对 --store；数据库重建过的，先还原备份。</source>
        <translation>Nothing was written. Check --store; if the database was made anew, restore its backup first.</translation>
    </message>
    <message>
        <source>看这些事件 Enter</source>
        <translation>Show these incidents Enter</translation>
    </message>
    <message>
        <source>统计</source>
        <translation>Figures</translation>
    </message>
    <message>
        <source>来电人由区级掌握</source>
        <translation>The caller is known to the district</translation>
    </message>
    <message>
        <source>全区</source>
        <translation>Whole district</translation>
    </message>
    <message>
        <source>{} 条要等升级程序以后显示，先原样保存</source>
        <translation>{} wait for an update and are kept as they are until then</translation>
    </message>
    <message>
        <source>“{column}”要看过以后单独定</source>
        <translation>{column} has to be looked at and settled by itself</translation>
    </message>
    <message>
        <source>“{column}”那一边没有说法，或者有两种</source>
        <translation>That side said nothing of {column}, or two things</translation>
    </message>
    <message>
        <source>没有写入。请在“分歧”页选中这一件，按数字选一个。</source>
        <translation>Nothing was written. Go to it on the page Disputes and pick one by its digit.</translation>
    </message>
    <message>
        <source>1 到 9：留第几种说法，再按 Enter</source>
        <translation>1 to 9: which one stands, then Enter</translation>
    </message>
    <message>
        <source>Enter 定下</source>
        <translation>Enter settles it</translation>
    </message>
    <message>
        <source>Enter 已看过</source>
        <translation>Enter: looked at</translation>
    </message>
    <message>
        <source>{path} 是服务自己的数据目录，里面没有可以公布的</source>
        <translation>{path} is the service&apos;s own data folder: there is nothing to publish in it</translation>
    </message>
    <message>
        <source>{} 另写</source>
        <translation>{} write another</translation>
    </message>
    <message>
        <source>{} 都留</source>
        <translation>{} keep both</translation>
    </message>
    <message>
        <source>{} 项：{}</source>
        <translation>{} fields: {}</translation>
    </message>
    <message>
        <source>上一项</source>
        <translation>Previous</translation>
    </message>
    <message>
        <source>上级</source>
        <translation>Above</translation>
    </message>
    <message>
        <source>下一项</source>
        <translation>Next</translation>
    </message>
    <message>
        <source>不能写成“{value}”</source>
        <translation>Cannot be written as {value}</translation>
    </message>
    <message>
        <source>两家都已派出，定谁主办；另一家转为协办，交办和时限都不动。不用两家都去的，打电话请一家回来，再按 Z 撤回、Shift+Z 撤下。</source>
        <translation>Both units were sent: say who leads; the other one helps, and orders and limits stay. Where only one is needed, call the other back by telephone, then press Z (recall) or Shift+Z (take off).</translation>
    </message>
    <message>
        <source>两种说法接在一起，再按 Enter</source>
        <translation>Both texts, one under the other, then Enter</translation>
    </message>
    <message>
        <source>事件表正在被取，或者这一小时取得太多</source>
        <translation>The table of incidents is being fetched, or was fetched too often this hour</translation>
    </message>
    <message>
        <source>人员</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>依据的版本</source>
        <translation>Based on version</translation>
    </message>
    <message>
        <source>值守时间</source>
        <translation>On duty</translation>
    </message>
    <message>
        <source>到分歧：两处说法不一的，一项一项定</source>
        <translation>To the disputes: what two stations say differently, settled one by one</translation>
    </message>
    <message>
        <source>取事件表的口令不对</source>
        <translation>The token for the table of incidents is wrong</translation>
    </message>
    <message>
        <source>另写</source>
        <translation>Write another</translation>
    </message>
    <message>
        <source>坐标系</source>
        <translation>Coordinate system</translation>
    </message>
    <message>
        <source>定下</source>
        <translation>Settle</translation>
    </message>
    <message>
        <source>定下选的，到下一项</source>
        <translation>Settle what is picked, go to the next</translation>
    </message>
    <message>
        <source>导出时数据变了，件数与先数的不同</source>
        <translation>The record changed during the export: the count is not the one taken before</translation>
    </message>
    <message>
        <source>应急响应</source>
        <translation>Emergency response</translation>
    </message>
    <message>
        <source>户数</source>
        <translation>Households</translation>
    </message>
    <message>
        <source>数字选一种</source>
        <translation>Digit: pick one</translation>
    </message>
    <message>
        <source>日期不对：{first} 到 {last}</source>
        <translation>Wrong dates: {first} to {last}</translation>
    </message>
    <message>
        <source>是否撤销</source>
        <translation>Taken away</translation>
    </message>
    <message>
        <source>服务没有启动。--publish 要写一个工位的数据目录。</source>
        <translation>The service was not started. --publish takes the data folder of a station.</translation>
    </message>
    <message>
        <source>本工位</source>
        <translation>This station</translation>
    </message>
    <message>
        <source>标记的各件，这一项取后说的</source>
        <translation>In all marked: the later one of this field</translation>
    </message>
    <message>
        <source>标记的各件，这一项取对方的</source>
        <translation>In all marked: the other station&apos;s</translation>
    </message>
    <message>
        <source>标记的各件，这一项取本工位的</source>
        <translation>In all marked: this station&apos;s</translation>
    </message>
    <message>
        <source>没写完的已删去，数据没有改动。请再导出一次。</source>
        <translation>What was half written is deleted, the record is unchanged. Export again.</translation>
    </message>
    <message>
        <source>没有写出任何内容。写成 2026-11-01 这样，先写早的。</source>
        <translation>Nothing was written. Write dates as 2026-11-01, the earlier one first.</translation>
    </message>
    <message>
        <source>没有写出任何内容。写成 CSV，或者安装：pip install &apos;griddesk[parquet]&apos;。</source>
        <translation>Nothing was written. Write CSV, or install: pip install &apos;griddesk[parquet]&apos;.</translation>
    </message>
    <message>
        <source>没有写出任何内容。可以写成 csv、parquet。</source>
        <translation>Nothing was written. It can be written as csv or parquet.</translation>
    </message>
    <message>
        <source>没有给出任何内容。一次取一份，一小时最多 12 份，过一会儿再取。</source>
        <translation>Nothing was given. One at a time, at most 12 an hour; try again later.</translation>
    </message>
    <message>
        <source>没有给出任何内容。口令在服务那台机器上发：griddesk hub --new-token。</source>
        <translation>Nothing was given. Tokens are issued on the machine of the service: griddesk hub --new-token.</translation>
    </message>
    <message>
        <source>留一种</source>
        <translation>Keep one</translation>
    </message>
    <message>
        <source>管辖范围</source>
        <translation>Area of work</translation>
    </message>
    <message>
        <source>类型</source>
        <translation>Kind</translation>
    </message>
    <message>
        <source>结束</source>
        <translation>End</translation>
    </message>
    <message>
        <source>网格村社</source>
        <translation>Grid or village</translation>
    </message>
    <message>
        <source>网格类型</source>
        <translation>Kind of grid</translation>
    </message>
    <message>
        <source>能同时办几件</source>
        <translation>At a time</translation>
    </message>
    <message>
        <source>角色</source>
        <translation>Roles</translation>
    </message>
    <message>
        <source>这一件的上一项分歧</source>
        <translation>The previous dispute of this one</translation>
    </message>
    <message>
        <source>这一件的下一项分歧</source>
        <translation>The next dispute of this one</translation>
    </message>
    <message>
        <source>这台机器没有装 pyarrow，写不出 Parquet</source>
        <translation>pyarrow is not installed here: Parquet cannot be written</translation>
    </message>
    <message>
        <source>选一种，整条按它。都不对的，到清单、导入或地图里照对的再录一次，就是定了。</source>
        <translation>Pick one: all of it stands as it is. Where none is right, enter it once more under Lists, Import or Map: that settles it.</translation>
    </message>
    <message>
        <source>都不对：另写一个</source>
        <translation>None is right: write another</translation>
    </message>
    <message>
        <source>都留</source>
        <translation>Keep both</translation>
    </message>
    <message>
        <source>都留：{}</source>
        <translation>Both: {}</translation>
    </message>
    <message>
        <source>重复派遣 · {}</source>
        <translation>Sent twice · {}</translation>
    </message>
    <message>
        <source>（内容不同，{} 字）</source>
        <translation>(differs, {} characters)</translation>
    </message>
    <message>
        <source>区级 ▲ 中断 {}，{} 条待发</source>
        <translation>District ▲ down {}, {} to send</translation>
    </message>
    <message>
        <source>区级 ●</source>
        <translation>District ●</translation>
    </message>
    <message>
        <source>取对方</source>
        <translation>Take theirs</translation>
    </message>
    <message>
        <source>取新的</source>
        <translation>Take the newer</translation>
    </message>
    <message>
        <source>取本方</source>
        <translation>Take ours</translation>
    </message>
    <message>
        <source>U盘</source>
        <translation>Stick</translation>
    </message>
    <message>
        <source>○ 只用U盘往来</source>
        <translation>○ By stick only</translation>
    </message>
    <message>
        <source>✓ 发出 {} 条，收到 {} 条</source>
        <translation>✓ Sent {}, received {}</translation>
    </message>
    <message>
        <source>✓ 已连通，没有新的</source>
        <translation>✓ Connected, nothing new</translation>
    </message>
    <message>
        <source>停用前的记录都在；其他站点的记录照常交换。</source>
        <translation>Everything from before is still here; other sites&apos; records are exchanged as usual.</translation>
    </message>
    <message>
        <source>再试</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>区级交换</source>
        <translation>District exchange</translation>
    </message>
    <message>
        <source>向交换服务或本室的工位登记</source>
        <translation>Enrol at the exchange service or a station of this room</translation>
    </message>
    <message>
        <source>复制指纹</source>
        <translation>Copy fingerprint</translation>
    </message>
    <message>
        <source>复制本工位的指纹</source>
        <translation>Copy this station&apos;s fingerprint</translation>
    </message>
    <message>
        <source>所有线路停一停；再按一次继续</source>
        <translation>All lines rest; press again to go on</translation>
    </message>
    <message>
        <source>授权</source>
        <translation>Grant</translation>
    </message>
    <message>
        <source>暂停交换</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>更换密钥</source>
        <translation>change the keys</translation>
    </message>
    <message>
        <source>本室席位</source>
        <translation>Room</translation>
    </message>
    <message>
        <source>本工位 {}  {}&#x3000;指纹 {}</source>
        <translation>This station {}  {}&#x3000;Fingerprint {}</translation>
    </message>
    <message>
        <source>核对指纹，让光标上的工位看来电人</source>
        <translation>Compare fingerprints and let the station under the cursor read who called</translation>
    </message>
    <message>
        <source>没有写入任何内容。本机如果是用更换密钥以前的备份恢复的，请凭新的登记码重新登记；否则请联系技术员。</source>
        <translation>Nothing was written. If this machine was restored from a backup made before its keys were changed, enrol again with a new code; otherwise ask the technician.</translation>
    </message>
    <message>
        <source>现在就连光标上的这一家</source>
        <translation>Connect now to the one under the cursor</translation>
    </message>
    <message>
        <source>登记</source>
        <translation>Enrol</translation>
    </message>
    <message>
        <source>站点 {site} 已停用，它停用以后的记录没有接收</source>
        <translation>Site {site} was revoked; what it wrote after that was not taken in</translation>
    </message>
    <message>
        <source>（连续 {} 次）</source>
        <translation> ({} times in a row)</translation>
    </message>
    <message>
        <source>操作人当时已停用</source>
        <translation>author was already removed</translation>
    </message>
    <message>
        <source>交换已暂停，这次没有交换</source>
        <translation>The exchange is paused, nothing was exchanged</translation>
    </message>
    <message>
        <source>在“同步”页按“继续交换”</source>
        <translation>Press “Go on” on the page Sync</translation>
    </message>
    <message>
        <source>{path} 属于一个记录在 PostgreSQL 里的服务</source>
        <translation>{path} belongs to a hub whose record is in a PostgreSQL</translation>
    </message>
    <message>
        <source>{path} 是工位的数据目录，不能当作交换服务</source>
        <translation>{path} is a workstation&apos;s data folder and cannot serve as a hub</translation>
    </message>
    <message>
        <source>{url} 有回应，但不是不加密的交换服务</source>
        <translation>{url} reacts, but is not a hub without encryption</translation>
    </message>
    <message>
        <source>数据库开着，但不让这个用户进</source>
        <translation>The database is up, but does not let this user in</translation>
    </message>
    <message>
        <source>数据库开着，但没有 --store 里写的那个库，或不让进那个库</source>
        <translation>The database server is up, but the database named in --store does not exist or lets nobody in</translation>
    </message>
    <message>
        <source>有几个工位的代码都是 {value}</source>
        <translation>Several workstations have the code {value}</translation>
    </message>
    <message>
        <source>服务没有启动。每行要有 code（分类代码）和 name（名称）两列。</source>
        <translation>The service has not started. Each row needs the columns code (of the class) and name.</translation>
    </message>
    <message>
        <source>本机没有 {host} 这个地址</source>
        <translation>This machine has no address {host}</translation>
    </message>
    <message>
        <source>没有写入任何内容。请核对 --store 里的用户、口令，以及 pg_hba.conf、最大连接数。</source>
        <translation>Nothing was written. Please check the user and password in --store, pg_hba.conf and the limit on connections.</translation>
    </message>
    <message>
        <source>没有写入任何内容。请核对库名；新装的，先用 createdb 建立。</source>
        <translation>Nothing was written. Please check the name of the database; make a new one with createdb.</translation>
    </message>
    <message>
        <source>没有发出任何内容。多半是加密的端口：请把地址写成 https://…。</source>
        <translation>Nothing was sent. The port is most likely encrypted: please write the address as https://….</translation>
    </message>
    <message>
        <source>没有启动。请加 --tls-key 写明私钥文件。</source>
        <translation>Not started. Please name the file of the private key with --tls-key.</translation>
    </message>
    <message>
        <source>没有改动。请改写站点编号。</source>
        <translation>Nothing was changed. Please write the site&apos;s id instead.</translation>
    </message>
    <message>
        <source>没有改动任何内容。请给服务另写一个目录；要用工位为本室交换，用 griddesk room。</source>
        <translation>Nothing was changed. Please give the hub a folder of its own; to let a workstation serve its room, use griddesk room.</translation>
    </message>
    <message>
        <source>没有改动任何内容，没有丢失。请加 --store postgresql://用户@主机:端口/数据库。</source>
        <translation>Nothing was changed or lost. Please add --store postgresql://user@host:port/database.</translation>
    </message>
    <message>
        <source>清单 {path} 第 {row} 行的“{column}”缺少或不对</source>
        <translation>List {path}, row {row}: “{column}” is missing or wrong</translation>
    </message>
    <message>
        <source>证书 {path} 没有私钥</source>
        <translation>The certificate {path} has no private key</translation>
    </message>
    <message>
        <source>请核对 --host；各处都听，写 0.0.0.0。</source>
        <translation>Please check --host; to listen everywhere, write 0.0.0.0.</translation>
    </message>
    <message>
        <source>本站点还没有向交换服务登记</source>
        <translation>This site has not enrolled at a hub yet</translation>
    </message>
    <message>
        <source>没有写出文件。用 griddesk stick list 看可以写给谁；没有的，先收对方的身份卡。</source>
        <translation>No file was written. griddesk stick list shows whom you can write to; for anybody else, accept their station card first.</translation>
    </message>
    <message>
        <source>没有写出文件。请先凭登记码联网登记一次（griddesk enrol），以后才能用U盘送。</source>
        <translation>No file was written. Enrol once over the network with a code (griddesk enrol); after that a USB stick will do.</translation>
    </message>
    <message>
        <source>没有收下，什么也没有改</source>
        <translation>Not accepted; nothing was changed</translation>
    </message>
    <message>
        <source>指纹不一致的，请先查明应答的是谁；核对一致再登记。</source>
        <translation>Where the fingerprints differ, find out first who answered; enrol again once they agree.</translation>
    </message>
    <message>
        <source>● 正在接收记录 {} / {}</source>
        <translation>● Receiving records: {} of {}</translation>
    </message>
    <message>
        <source>服务备好的整份记录读不通</source>
        <translation>What the service keeps ready for new workstations cannot be read</translation>
    </message>
    <message>
        <source>没有写入读不通的部分，其余已照常逐批收取。再出现就告诉服务那边的技术员。</source>
        <translation>Nothing unreadable was written; the rest was fetched batch by batch as usual. If it happens again, tell the technician of the service.</translation>
    </message>
    <message>
        <source>GridDesk  {}  {} 导出</source>
        <translation>GridDesk  {}  exported {}</translation>
    </message>
    <message>
        <source>U盘交换文件</source>
        <translation>USB exchange file</translation>
    </message>
    <message>
        <source>{action}需要两个人</source>
        <translation>{action} takes two people</translation>
    </message>
    <message>
        <source>{action}需要另一位来确认。没有写入。</source>
        <translation>Someone else has to confirm: {action}. Nothing was written.</translation>
    </message>
    <message>
        <source>{column}：{value} 超出范围</source>
        <translation>{column}: {value} is out of range</translation>
    </message>
    <message>
        <source>{name} 不能改自己的角色和范围</source>
        <translation>{name} cannot change their own roles and scope</translation>
    </message>
    <message>
        <source>{name} 不能改角色和范围</source>
        <translation>{name} cannot change roles and scope</translation>
    </message>
    <message>
        <source>{name} 不能确认{action}</source>
        <translation>{name} cannot confirm: {action}</translation>
    </message>
    <message>
        <source>{name} 是最后一位能登录的管理员</source>
        <translation>{name} is the last administrator who can sign in</translation>
    </message>
    <message>
        <source>{name} 登录还要动态码</source>
        <translation>{name} also needs a code to sign in</translation>
    </message>
    <message>
        <source>{name} 的口令要先更换</source>
        <translation>{name} has to change the password first</translation>
    </message>
    <message>
        <source>{name} 的登录已失效</source>
        <translation>The sign-in of {name} no longer holds</translation>
    </message>
    <message>
        <source>{name} 的账号已锁定到 {until}</source>
        <translation>The account of {name} is locked until {until}</translation>
    </message>
    <message>
        <source>{name} 还没有口令</source>
        <translation>{name} has no password yet</translation>
    </message>
    <message>
        <source>{name} 还没有设置动态码</source>
        <translation>{name} has not set up codes yet</translation>
    </message>
    <message>
        <source>{value} 已在名单里，但不是系统管理员</source>
        <translation>{value} is on the list, but not as a system administrator</translation>
    </message>
    <message>
        <source>{value} 没有删除过来电人信息</source>
        <translation>Nothing of a caller was erased for {value}</translation>
    </message>
    <message>
        <source>{value} 没有可删除的来电人信息</source>
        <translation>{value} has nothing of a caller to erase</translation>
    </message>
    <message>
        <source>{} 未能删除：{}</source>
        <translation>Not erased in {}: {}</translation>
    </message>
    <message>
        <source>{} 项内容</source>
        <translation>{} items</translation>
    </message>
    <message>
        <source>{}&#x3000;用途：{}</source>
        <translation>{}   Purpose: {}</translation>
    </message>
    <message>
        <source>{}，请先更换口令</source>
        <translation>{}, please change the password first</translation>
    </message>
    <message>
        <source>{}；已到最早</source>
        <translation>{}; back to the first</translation>
    </message>
    <message>
        <source>{}；正在往前找，已到 {}</source>
        <translation>{}; looking further back, at {}</translation>
    </message>
    <message>
        <source>{}；看到 {}</source>
        <translation>{}; back to {}</translation>
    </message>
    <message>
        <source>“{column}”里有电话号码</source>
        <translation>“{column}” has a phone number in it</translation>
    </message>
    <message>
        <source>▲ 大写锁定好像开着</source>
        <translation>▲ Caps Lock seems to be on</translation>
    </message>
    <message>
        <source>▲ 未能核对</source>
        <translation>▲ Could not be checked</translation>
    </message>
    <message>
        <source>▲ 锁定到 {}</source>
        <translation>▲ Locked until {}</translation>
    </message>
    <message>
        <source>○ 已中止，没有核对完</source>
        <translation>○ Stopped, not checked to the end</translation>
    </message>
    <message>
        <source>✓ {} 条链、{:,} 条记录都完整，没有被改动</source>
        <translation>✓ {} chains, {:,} records: all whole, none changed</translation>
    </message>
    <message>
        <source>✓ 各处都没有了。</source>
        <translation>✓ It is gone everywhere.</translation>
    </message>
    <message>
        <source>✓ 已收到删除记录</source>
        <translation>✓ Has received the erasure</translation>
    </message>
    <message>
        <source>✓ 核对过的各处都没有了；另有 {} 处未能核对。</source>
        <translation>✓ Gone wherever it was checked; {} places could not be checked.</translation>
    </message>
    <message>
        <source>✓ 没有</source>
        <translation>✓ Nothing</translation>
    </message>
    <message>
        <source>✕ 发现 {} 处不对；请告诉技术人员，不要继续办理</source>
        <translation>✕ {} faults found; tell the technician, do not go on</translation>
    </message>
    <message>
        <source>✕ 还有</source>
        <translation>✕ Still there</translation>
    </message>
    <message>
        <source>✕ 还没有删净，见下列各处。</source>
        <translation>✕ Not all is erased yet, see the places below.</translation>
    </message>
    <message>
        <source>一次性口令，待本人更换</source>
        <translation>One-time password, to be changed</translation>
    </message>
    <message>
        <source>下次登录时设置</source>
        <translation>Set up at the next sign-in</translation>
    </message>
    <message>
        <source>不在手边；接上后运行 griddesk sweep</source>
        <translation>not at hand; connect it and run griddesk sweep</translation>
    </message>
    <message>
        <source>不显示</source>
        <translation>Not shown</translation>
    </message>
    <message>
        <source>不能当作依据，请重新取一份。</source>
        <translation>It proves nothing; fetch it again.</translation>
    </message>
    <message>
        <source>不能重复最近几个口令</source>
        <translation>Passwords back that may not return</translation>
    </message>
    <message>
        <source>与 {} 两人办理</source>
        <translation>together with {}</translation>
    </message>
    <message>
        <source>两人办理的不能一个人撤销</source>
        <translation>What two people did cannot be undone by one</translation>
    </message>
    <message>
        <source>两次输入的口令不一样。请重新输入。</source>
        <translation>The two passwords differ. Type them again.</translation>
    </message>
    <message>
        <source>中止</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>为什么改密级</source>
        <translation>Why the secrecy changes</translation>
    </message>
    <message>
        <source>事件各表正文</source>
        <translation>Texts of the incident</translation>
    </message>
    <message>
        <source>事件编号</source>
        <translation>Incident number</translation>
    </message>
    <message>
        <source>事件编号（写全）</source>
        <translation>Incident number (whole)</translation>
    </message>
    <message>
        <source>事件表</source>
        <translation>Table of incidents</translation>
    </message>
    <message>
        <source>交换</source>
        <translation>Exchange</translation>
    </message>
    <message>
        <source>从（年-月-日）</source>
        <translation>From (y-m-d)</translation>
    </message>
    <message>
        <source>任命安全管理员：新增一人，角色写“安全管理员”，再给一次性口令</source>
        <translation>Appoint the security administrator: a new person with the role “security administrator”, then a one-time password</translation>
    </message>
    <message>
        <source>任命审计管理员：新增一人，角色写“审计管理员”，再给一次性口令</source>
        <translation>Appoint the audit administrator: a new person with the role “audit administrator”, then a one-time password</translation>
    </message>
    <message>
        <source>保存  Enter</source>
        <translation>Save  Enter</translation>
    </message>
    <message>
        <source>保存策略</source>
        <translation>Save the rules</translation>
    </message>
    <message>
        <source>保密、内部、否；涉密要两个人</source>
        <translation>Secret, internal, no; secret takes two people</translation>
    </message>
    <message>
        <source>保密级别 {value} 不对</source>
        <translation>Secrecy {value} is not valid</translation>
    </message>
    <message>
        <source>六位数字</source>
        <translation>Six digits</translation>
    </message>
    <message>
        <source>其他站点</source>
        <translation>Another station</translation>
    </message>
    <message>
        <source>再找更早的</source>
        <translation>Look further back</translation>
    </message>
    <message>
        <source>再输一次</source>
        <translation>Once more</translation>
    </message>
    <message>
        <source>写人员</source>
        <translation>Person defined</translation>
    </message>
    <message>
        <source>写区划</source>
        <translation>Area defined</translation>
    </message>
    <message>
        <source>写单位</source>
        <translation>Unit defined</translation>
    </message>
    <message>
        <source>写岗位</source>
        <translation>Post defined</translation>
    </message>
    <message>
        <source>写成 名=数，可用的名：{known}。原策略没有改动。</source>
        <translation>Write name=number; names: {known}. The policy is unchanged.</translation>
    </message>
    <message>
        <source>写成有签名的文件，先写用途</source>
        <translation>Write a signed file; the purpose comes first</translation>
    </message>
    <message>
        <source>写重点场所</source>
        <translation>Key place defined</translation>
    </message>
    <message>
        <source>决定</source>
        <translation>Decisions</translation>
    </message>
    <message>
        <source>删除 {} 处；记录 {}，摘要 {}</source>
        <translation>{} places erased; op {}, digest {}</translation>
    </message>
    <message>
        <source>删除后又写过数据，日志里是新写的；空闲几秒后再核对</source>
        <translation>data was written since, the log holds that; check again after a few quiet seconds</translation>
    </message>
    <message>
        <source>删除来电人信息</source>
        <translation>Erase the caller</translation>
    </message>
    <message>
        <source>别人的口令由安全管理员重置。</source>
        <translation>Other people&apos;s passwords are reset by the security administrator.</translation>
    </message>
    <message>
        <source>到何时</source>
        <translation>Until</translation>
    </message>
    <message>
        <source>到审计：谁、何时、做了什么（审计员）</source>
        <translation>To the audit: who did what, when (auditors)</translation>
    </message>
    <message>
        <source>到期删除</source>
        <translation>Erased by rule</translation>
    </message>
    <message>
        <source>到账号：人员、口令、策略（管理员）</source>
        <translation>To accounts: people, passwords, rules (administrators)</translation>
    </message>
    <message>
        <source>到（年-月-日）</source>
        <translation>To (y-m-d)</translation>
    </message>
    <message>
        <source>办理</source>
        <translation>Handling</translation>
    </message>
    <message>
        <source>动态码</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>动态码不对</source>
        <translation>The code is wrong</translation>
    </message>
    <message>
        <source>动态码已启用。</source>
        <translation>The second factor is in force.</translation>
    </message>
    <message>
        <source>单据</source>
        <translation>Sheet</translation>
    </message>
    <message>
        <source>原来</source>
        <translation>Before</translation>
    </message>
    <message>
        <source>原状态</source>
        <translation>State before</translation>
    </message>
    <message>
        <source>发布清单</source>
        <translation>List published</translation>
    </message>
    <message>
        <source>口令</source>
        <translation>Password</translation>
    </message>
    <message>
        <source>口令太长</source>
        <translation>The password is too long</translation>
    </message>
    <message>
        <source>口令已更换。</source>
        <translation>The password is changed.</translation>
    </message>
    <message>
        <source>口令已过期，登录时更换</source>
        <translation>Password too old, changed at sign-in</translation>
    </message>
    <message>
        <source>口令最短（字符）</source>
        <translation>Shortest password (characters)</translation>
    </message>
    <message>
        <source>口令有效（天，0 为不限）</source>
        <translation>Password holds (days, 0 for ever)</translation>
    </message>
    <message>
        <source>口令的字符种类太少</source>
        <translation>The password has too few kinds of characters</translation>
    </message>
    <message>
        <source>口令至少 {} 个字符，小写、大写、数字、其他字符里至少 {} 种，不能含账号和姓名。</source>
        <translation>At least {} characters; at least {} of small letters, capitals, digits and others; neither account nor name in it.</translation>
    </message>
    <message>
        <source>口令里不能有账号或姓名</source>
        <translation>The password must not contain the account or the name</translation>
    </message>
    <message>
        <source>口令里重复的字符太多</source>
        <translation>The password repeats too many characters</translation>
    </message>
    <message>
        <source>另存的旧数据</source>
        <translation>Record set aside</translation>
    </message>
    <message>
        <source>另起一链</source>
        <translation>New chain begun</translation>
    </message>
    <message>
        <source>只在找不到能登录的人时用：拆开信封，照纸上输入。可用 60 分钟，只能用一次，全程记录，所有席位都会看到提示。</source>
        <translation>Only when nobody who can sign in is to be found: open the envelope and type what is on the paper. It opens 60 minutes, once, all is recorded, and every seat is told.</translation>
    </message>
    <message>
        <source>只看光标上这个人的动作</source>
        <translation>Only what the person under the cursor did</translation>
    </message>
    <message>
        <source>只看光标上这件事件的记录</source>
        <translation>Only the records of the incident under the cursor</translation>
    </message>
    <message>
        <source>只看这人</source>
        <translation>This person</translation>
    </message>
    <message>
        <source>只看这人 O</source>
        <translation>This person O</translation>
    </message>
    <message>
        <source>只看这件</source>
        <translation>This incident</translation>
    </message>
    <message>
        <source>只看这件 I</source>
        <translation>This incident I</translation>
    </message>
    <message>
        <source>只能是 0、1、2。</source>
        <translation>Only 0, 1 or 2.</translation>
    </message>
    <message>
        <source>只能更换自己的口令</source>
        <translation>Only one&apos;s own password can be changed</translation>
    </message>
    <message>
        <source>可看密级</source>
        <translation>Sees up to</translation>
    </message>
    <message>
        <source>可能还没有同步到；请刷新再试。</source>
        <translation>It may not have come yet; refresh and try again.</translation>
    </message>
    <message>
        <source>含 {} 个来电人</source>
        <translation>With {} callers</translation>
    </message>
    <message>
        <source>启用  Enter</source>
        <translation>Set up  Enter</translation>
    </message>
    <message>
        <source>地区</source>
        <translation>Area</translation>
    </message>
    <message>
        <source>备份目录</source>
        <translation>Backup folder</translation>
    </message>
    <message>
        <source>备注：{}</source>
        <translation>Remark: {}</translation>
    </message>
    <message>
        <source>姓名</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>姓名、拼音首字母或账号</source>
        <translation>Name, pinyin initials or account</translation>
    </message>
    <message>
        <source>字母和数字，例如 liming</source>
        <translation>Letters and digits, such as liming</translation>
    </message>
    <message>
        <source>字符种类至少</source>
        <translation>Kinds of characters (at least)</translation>
    </message>
    <message>
        <source>存下来的名称和条件不加密，请删去号码再存；按尾号查来电人用查询页的“来电尾号”。</source>
        <translation>Saved names and conditions are not encrypted: take the number out and save again. To find a caller by the last four digits use the field on the search page.</translation>
    </message>
    <message>
        <source>存查</source>
        <translation>For the files</translation>
    </message>
    <message>
        <source>安全策略</source>
        <translation>Safety rules</translation>
    </message>
    <message>
        <source>安全管理员</source>
        <translation>Security administrator</translation>
    </message>
    <message>
        <source>定密级</source>
        <translation>Set secrecy</translation>
    </message>
    <message>
        <source>审计</source>
        <translation>Audit</translation>
    </message>
    <message>
        <source>审计文件不全：没有结尾的签名</source>
        <translation>The audit file is cut off: no signature at its end</translation>
    </message>
    <message>
        <source>审计文件的签名不对</source>
        <translation>The signature of the audit file is wrong</translation>
    </message>
    <message>
        <source>审计文件被改动过：内容与摘要不符</source>
        <translation>The audit file was changed: it does not match its digest</translation>
    </message>
    <message>
        <source>审计管理员</source>
        <translation>Audit administrator</translation>
    </message>
    <message>
        <source>审计记录</source>
        <translation>Audit records</translation>
    </message>
    <message>
        <source>密级</source>
        <translation>Secrecy</translation>
    </message>
    <message>
        <source>密钥</source>
        <translation>Keys</translation>
    </message>
    <message>
        <source>对全镇所有席位生效，下次同步后各席位一样。</source>
        <translation>For all seats of the town, after the next exchange alike everywhere.</translation>
    </message>
    <message>
        <source>对象</source>
        <translation>About</translation>
    </message>
    <message>
        <source>对账卡</source>
        <translation>Card of heads</translation>
    </message>
    <message>
        <source>导入工单</source>
        <translation>Orders imported</translation>
    </message>
    <message>
        <source>导入退回的行</source>
        <translation>Rows an import sent back</translation>
    </message>
    <message>
        <source>导出</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>导出 E</source>
        <translation>Export E</translation>
    </message>
    <message>
        <source>导出 Enter</source>
        <translation>Export Enter</translation>
    </message>
    <message>
        <source>导出 F8</source>
        <translation>Export F8</translation>
    </message>
    <message>
        <source>导出事件表</source>
        <translation>export the table of incidents</translation>
    </message>
    <message>
        <source>导出审计</source>
        <translation>export the audit</translation>
    </message>
    <message>
        <source>导出日志</source>
        <translation>export the journal</translation>
    </message>
    <message>
        <source>导出来电人</source>
        <translation>export callers</translation>
    </message>
    <message>
        <source>导出查到的</source>
        <translation>Export the found</translation>
    </message>
    <message>
        <source>导出查到的事件</source>
        <translation>Export the incidents found</translation>
    </message>
    <message>
        <source>导出查询结果</source>
        <translation>export what was found</translation>
    </message>
    <message>
        <source>导出较多来电人</source>
        <translation>export many callers</translation>
    </message>
    <message>
        <source>导出这些条件下查到的全部事件（xlsx）</source>
        <translation>Export all incidents found by these filters (xlsx)</translation>
    </message>
    <message>
        <source>导出这些条件下的全部审计记录</source>
        <translation>Export all audit records by these filters</translation>
    </message>
    <message>
        <source>封存</source>
        <translation>Sealed</translation>
    </message>
    <message>
        <source>小写、大写、数字、其他字符里至少用 {minimum} 种。原口令没有改动。</source>
        <translation>Use at least {minimum} of: small letters, capitals, digits, other characters. The password is unchanged.</translation>
    </message>
    <message>
        <source>工位启用</source>
        <translation>Station started</translation>
    </message>
    <message>
        <source>工作原样留着，本人登录接着做。换人请选自己的账号。</source>
        <translation>The work is kept as it is; sign in and go on. To hand over, choose your own account.</translation>
    </message>
    <message>
        <source>已列出 {:,} 条，新的在前</source>
        <translation>{:,} listed, the newest first</translation>
    </message>
    <message>
        <source>已导出 {} 件：{}</source>
        <translation>{} exported: {}</translation>
    </message>
    <message>
        <source>已导出 {} 条：{}</source>
        <translation>{} exported: {}</translation>
    </message>
    <message>
        <source>已按规定删除</source>
        <translation>Erased by rule</translation>
    </message>
    <message>
        <source>已有安全管理员，由安全管理员来改。没有写入。</source>
        <translation>There is a security administrator, who does this. Nothing was written.</translation>
    </message>
    <message>
        <source>已有这个文件：{path}</source>
        <translation>There is such a file already: {path}</translation>
    </message>
    <message>
        <source>已登记。现在请对方授权，然后等下一次同步。</source>
        <translation>Enrolled. Now ask the other for the grant, and wait for the next exchange.</translation>
    </message>
    <message>
        <source>已离任</source>
        <translation>Left</translation>
    </message>
    <message>
        <source>已离岗</source>
        <translation>Has left</translation>
    </message>
    <message>
        <source>已经是这个密级</source>
        <translation>It has this secrecy already</translation>
    </message>
    <message>
        <source>已设置</source>
        <translation>Set up</translation>
    </message>
    <message>
        <source>已锁定：{} 的席位</source>
        <translation>Locked: the seat of {}</translation>
    </message>
    <message>
        <source>带来电人姓名、电话（每件都记“查看来电人”）</source>
        <translation>With callers&apos; names and phones (each look is recorded)</translation>
    </message>
    <message>
        <source>应在 {least} 到 {most} 之间。原策略没有改动。</source>
        <translation>It has to be from {least} to {most}. The policy is unchanged.</translation>
    </message>
    <message>
        <source>应急码</source>
        <translation>Emergency code</translation>
    </message>
    <message>
        <source>应急码(&amp;Y)…</source>
        <translation>Emergenc&amp;y code…</translation>
    </message>
    <message>
        <source>应急码不对</source>
        <translation>The emergency code is wrong</translation>
    </message>
    <message>
        <source>应急码已被 {name} 用过</source>
        <translation>The emergency code was used by {name}</translation>
    </message>
    <message>
        <source>应急进入</source>
        <translation>Emergency entry</translation>
    </message>
    <message>
        <source>建立并登录  Enter</source>
        <translation>Make and sign in  Enter</translation>
    </message>
    <message>
        <source>录入值班人员，由安全管理员给每人一次性口令</source>
        <translation>Enter the people on duty; the security administrator gives each a one-time password</translation>
    </message>
    <message>
        <source>形式</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>很久没有操作，已自动锁定。工作原样留着。</source>
        <translation>Locked by itself after a quiet time. The work is kept as it is.</translation>
    </message>
    <message>
        <source>您的姓名</source>
        <translation>Your name</translation>
    </message>
    <message>
        <source>您的角色登录要动态码。用手机上的动态码程序扫码，或手工输入下面的密钥，再填手机显示的数字。密钥只显示这一次。</source>
        <translation>Your role signs in with a code. Scan this with an authenticator on your phone, or type in the secret below, then the digits the phone shows. The secret is shown this once.</translation>
    </message>
    <message>
        <source>手机上的六位数字</source>
        <translation>The six digits on the phone</translation>
    </message>
    <message>
        <source>打印或存 PDF</source>
        <translation>Printed or saved as PDF</translation>
    </message>
    <message>
        <source>打印涉密事件</source>
        <translation>print a secret incident</translation>
    </message>
    <message>
        <source>找到件数</source>
        <translation>Found</translation>
    </message>
    <message>
        <source>按来电尾号查</source>
        <translation>Looked for by last digits of a phone</translation>
    </message>
    <message>
        <source>按角色</source>
        <translation>As the roles say</translation>
    </message>
    <message>
        <source>换当班人员：选人，Enter，输口令</source>
        <translation>Who is on duty: choose, Enter, password</translation>
    </message>
    <message>
        <source>换班</source>
        <translation>shift change</translation>
    </message>
    <message>
        <source>接下来：</source>
        <translation>What comes next:</translation>
    </message>
    <message>
        <source>操作日志正文</source>
        <translation>Texts of the journal</translation>
    </message>
    <message>
        <source>收下身份卡</source>
        <translation>Accept a card</translation>
    </message>
    <message>
        <source>收件时间</source>
        <translation>Taken in</translation>
    </message>
    <message>
        <source>收起  Esc</source>
        <translation>Put away  Esc</translation>
    </message>
    <message>
        <source>收起 Esc</source>
        <translation>Close Esc</translation>
    </message>
    <message>
        <source>改 {}</source>
        <translation>Edit {}</translation>
    </message>
    <message>
        <source>改一下条件，或按 Esc 看全部</source>
        <translation>Change the filters, or press Esc for all</translation>
    </message>
    <message>
        <source>改为</source>
        <translation>After</translation>
    </message>
    <message>
        <source>改到</source>
        <translation>To</translation>
    </message>
    <message>
        <source>改安全策略</source>
        <translation>Change the security policy</translation>
    </message>
    <message>
        <source>改安全规则</source>
        <translation>Security rules changed</translation>
    </message>
    <message>
        <source>改本机设置</source>
        <translation>Setting of a station changed</translation>
    </message>
    <message>
        <source>放下认领</source>
        <translation>Claim released</translation>
    </message>
    <message>
        <source>放在键盘旁</source>
        <translation>To lie beside the keyboard</translation>
    </message>
    <message>
        <source>文中号码 {} 个</source>
        <translation>{} numbers in the text</translation>
    </message>
    <message>
        <source>文中号码：{}</source>
        <translation>Numbers in the text: {}</translation>
    </message>
    <message>
        <source>新口令</source>
        <translation>New password</translation>
    </message>
    <message>
        <source>新增</source>
        <translation>Added</translation>
    </message>
    <message>
        <source>新增人员</source>
        <translation>New person</translation>
    </message>
    <message>
        <source>日志</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>暂存：缺前面的记录，或新版本的种类</source>
        <translation>Held: records before it are missing, or its kind is of a newer version</translation>
    </message>
    <message>
        <source>更换口令  Enter</source>
        <translation>Change the password  Enter</translation>
    </message>
    <message>
        <source>更换工位密钥</source>
        <translation>Station&apos;s keys changed</translation>
    </message>
    <message>
        <source>更换应急码</source>
        <translation>Renew the emergency code</translation>
    </message>
    <message>
        <source>更换指挥室密钥</source>
        <translation>Room&apos;s key changed</translation>
    </message>
    <message>
        <source>更新</source>
        <translation>Updated</translation>
    </message>
    <message>
        <source>最近 {count} 次用过的口令不能再用</source>
        <translation>The last {count} passwords cannot be used again</translation>
    </message>
    <message>
        <source>未变</source>
        <translation>Unchanged</translation>
    </message>
    <message>
        <source>本工位属于已有的指挥室</source>
        <translation>This workstation belongs to an existing room</translation>
    </message>
    <message>
        <source>本工位属于已有的指挥室，还不能核对口令：没有收到指挥室密钥。数据没有丢失，交换照常进行。

1. 还没有登记的，按“登记”，填另一工位的地址和登记码。
2. 请另一工位已登录的人到“同步”（Alt+4），光标放在本工位上，按 G 授权，由第二人确认。
3. 对方打电话来核对时，逐组念下面的指纹。
4. 下一次同步以后，这里自动变成登录。</source>
        <translation>This workstation belongs to a room that is there already and cannot check passwords: the room&apos;s key has not come. Nothing is lost, the exchange goes on.

1. Not enrolled yet: press “Enrol” and give the other workstation&apos;s address and the code.
2. At the other one, somebody signed in goes to “Exchange” (Alt+4), to the row of this workstation, presses G, and a second person confirms.
3. When they call to compare, read out the fingerprint below, group by group.
4. After the next exchange this turns into the sign-in by itself.</translation>
    </message>
    <message>
        <source>本工位的指纹 {}</source>
        <translation>Fingerprint of this workstation {}</translation>
    </message>
    <message>
        <source>本工位还不能核对口令</source>
        <translation>This workstation cannot check passwords yet</translation>
    </message>
    <message>
        <source>本数据已有管理员</source>
        <translation>This record has an administrator already</translation>
    </message>
    <message>
        <source>本机数据：加密的来电人信息</source>
        <translation>This record: sealed callers</translation>
    </message>
    <message>
        <source>本机数据：落选分支</source>
        <translation>This record: branches that gave way</translation>
    </message>
    <message>
        <source>本机数据：预写日志</source>
        <translation>This record: write-ahead log</translation>
    </message>
    <message>
        <source>本站点无权读取（未授予指挥室密钥）</source>
        <translation>Cannot be read here (the room&apos;s key was not granted)</translation>
    </message>
    <message>
        <source>本系统不保存证件号，请删去。</source>
        <translation>Identity numbers are not kept here; please remove it.</translation>
    </message>
    <message>
        <source>条件</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>来电人保留（归档后天数）</source>
        <translation>Keep callers (days after archiving)</translation>
    </message>
    <message>
        <source>来电人信息已删除或本站点无权读取</source>
        <translation>The caller was erased, or cannot be read here</translation>
    </message>
    <message>
        <source>来电人数</source>
        <translation>Callers</translation>
    </message>
    <message>
        <source>来电备注</source>
        <translation>Remark on caller</translation>
    </message>
    <message>
        <source>查到的写成表格，先写用途</source>
        <translation>Write what was found into a workbook; the purpose comes first</translation>
    </message>
    <message>
        <source>查看删除证明</source>
        <translation>See the proof of erasure</translation>
    </message>
    <message>
        <source>查看审计</source>
        <translation>read the audit</translation>
    </message>
    <message>
        <source>查看账号</source>
        <translation>See accounts</translation>
    </message>
    <message>
        <source>查询结果</source>
        <translation>Search results</translation>
    </message>
    <message>
        <source>核对每一页、每一条链</source>
        <translation>Check every page and every chain</translation>
    </message>
    <message>
        <source>核对链</source>
        <translation>Check chains</translation>
    </message>
    <message>
        <source>核对链 H</source>
        <translation>Check chains H</translation>
    </message>
    <message>
        <source>检索索引</source>
        <translation>Search index</translation>
    </message>
    <message>
        <source>正在核对每一页、每一条链……</source>
        <translation>Checking every page and every chain…</translation>
    </message>
    <message>
        <source>正在读取……</source>
        <translation>Reading…</translation>
    </message>
    <message>
        <source>正式数据按 Ctrl+L 锁定，换人按 F4</source>
        <translation>Real data: Ctrl+L locks, F4 hands over</translation>
    </message>
    <message>
        <source>每行一条 JSON，末行由本工位签名，附各链的末端；导出本身记入日志。</source>
        <translation>One JSON text a line, the last one signed by this station, with the heads of the chains; that it is exported is recorded.</translation>
    </message>
    <message>
        <source>没有写入。</source>
        <translation>Nothing was written.</translation>
    </message>
    <message>
        <source>没有口令，不能登录</source>
        <translation>No password, cannot sign in</translation>
    </message>
    <message>
        <source>没有可以导出的事件</source>
        <translation>No incidents to export</translation>
    </message>
    <message>
        <source>没有可证明的。</source>
        <translation>There is nothing to prove.</translation>
    </message>
    <message>
        <source>没有操作多久锁屏（分钟）</source>
        <translation>Lock after quiet (minutes)</translation>
    </message>
    <message>
        <source>没有核对出任何内容。</source>
        <translation>Nothing was verified.</translation>
    </message>
    <message>
        <source>没有登记过，或者已经删除。griddesk erased 可以查看删除情况。</source>
        <translation>Nothing was entered, or it was erased already. griddesk erased shows what was.</translation>
    </message>
    <message>
        <source>没有编号 {value} 的事件</source>
        <translation>No incident has the number {value}</translation>
    </message>
    <message>
        <source>没有覆盖，也没有导出。请换个名称。</source>
        <translation>Nothing was overwritten and nothing exported. Choose another name.</translation>
    </message>
    <message>
        <source>没有这样的记录</source>
        <translation>No such records</translation>
    </message>
    <message>
        <source>清除第二因素</source>
        <translation>Second factor cleared</translation>
    </message>
    <message>
        <source>演示数据不能转为正式数据</source>
        <translation>Demo data cannot become real data</translation>
    </message>
    <message>
        <source>演示数据没有口令，不能锁定</source>
        <translation>A demo has no passwords and is not locked</translation>
    </message>
    <message>
        <source>现在的口令</source>
        <translation>Present password</translation>
    </message>
    <message>
        <source>理由</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>用字母、数字、点、横线，不超过 48 个字符，不能是 system、emergency。</source>
        <translation>Use letters, digits, dots, hyphens, at most 48 characters; not system, emergency.</translation>
    </message>
    <message>
        <source>用应急码</source>
        <translation>Emergency code used</translation>
    </message>
    <message>
        <source>用应急码进入  Enter</source>
        <translation>Enter by emergency code  Enter</translation>
    </message>
    <message>
        <source>用途</source>
        <translation>Purpose</translation>
    </message>
    <message>
        <source>用途：给谁、做什么用</source>
        <translation>Purpose: for whom, for what</translation>
    </message>
    <message>
        <source>由谁</source>
        <translation>By</translation>
    </message>
    <message>
        <source>申请删除</source>
        <translation>Erased on request</translation>
    </message>
    <message>
        <source>登录</source>
        <translation>Signing in</translation>
    </message>
    <message>
        <source>登录  Enter</source>
        <translation>Sign in  Enter</translation>
    </message>
    <message>
        <source>登记(&amp;E)…</source>
        <translation>&amp;Enrol…</translation>
    </message>
    <message>
        <source>看不懂 {value}</source>
        <translation>Cannot read {value}</translation>
    </message>
    <message>
        <source>看了</source>
        <translation>Looked at</translation>
    </message>
    <message>
        <source>真实姓名</source>
        <translation>Real name</translation>
    </message>
    <message>
        <source>种类</source>
        <translation>Kind</translation>
    </message>
    <message>
        <source>程序内部错误：没有登记的权限 {value}</source>
        <translation>Internal error: permission {value} is not listed</translation>
    </message>
    <message>
        <source>空着是全部分类</source>
        <translation>Empty for all classes</translation>
    </message>
    <message>
        <source>第一个管理员在最先建立的工位上设置；同步后这里就能登录。</source>
        <translation>The first administrator is made at the workstation that was made first; after an exchange people sign in here too.</translation>
    </message>
    <message>
        <source>第一次使用：建立系统管理员</source>
        <translation>First start: make the system administrator</translation>
    </message>
    <message>
        <source>第二个人不能是 {name} 自己</source>
        <translation>The second person cannot be {name} again</translation>
    </message>
    <message>
        <source>第二个人要在终端输入口令</source>
        <translation>The second person has to type a password at a terminal</translation>
    </message>
    <message>
        <source>第二人</source>
        <translation>Second person</translation>
    </message>
    <message>
        <source>等待指挥室密钥</source>
        <translation>Waiting for the room&apos;s key</translation>
    </message>
    <message>
        <source>签名的不是核对的那把密钥，文件用的是 {key}</source>
        <translation>It is signed by another key than the one compared: by {key}</translation>
    </message>
    <message>
        <source>签名的密钥：{}</source>
        <translation>Signed by the key {}</translation>
    </message>
    <message>
        <source>系统管理员、安全管理员、审计管理员互不兼任，也不兼办事件。没有写入。</source>
        <translation>System, security and audit administrators are different people, and none works on incidents. Nothing was written.</translation>
    </message>
    <message>
        <source>级别</source>
        <translation>Level</translation>
    </message>
    <message>
        <source>维护人员</source>
        <translation>Manage people</translation>
    </message>
    <message>
        <source>维护区划和边界</source>
        <translation>Manage areas and boundaries</translation>
    </message>
    <message>
        <source>维护单位</source>
        <translation>Manage units</translation>
    </message>
    <message>
        <source>维护网格岗位</source>
        <translation>Manage grid posts</translation>
    </message>
    <message>
        <source>维护重点场所</source>
        <translation>Manage key places</translation>
    </message>
    <message>
        <source>至多 {limit} 个字符。原口令没有改动。</source>
        <translation>At most {limit} characters. The password is unchanged.</translation>
    </message>
    <message>
        <source>至少 {minimum} 个不同的字符。原口令没有改动。</source>
        <translation>At least {minimum} different characters. The password is unchanged.</translation>
    </message>
    <message>
        <source>至少 {minimum} 个字符。原口令没有改动。</source>
        <translation>At least {minimum} characters. The password is unchanged.</translation>
    </message>
    <message>
        <source>行数</source>
        <translation>Rows</translation>
    </message>
    <message>
        <source>要动态码的角色</source>
        <translation>Roles that need a code</translation>
    </message>
    <message>
        <source>要输入口令，这里没有终端</source>
        <translation>A password is needed, and there is no terminal here</translation>
    </message>
    <message>
        <source>解锁屏幕</source>
        <translation>Desk unlocked</translation>
    </message>
    <message>
        <source>解锁账号</source>
        <translation>Account unlocked</translation>
    </message>
    <message>
        <source>记录名</source>
        <translation>Record</translation>
    </message>
    <message>
        <source>记录数</source>
        <translation>Records</translation>
    </message>
    <message>
        <source>记录用的签名算法本程序不认识</source>
        <translation>The records are signed by a suite that this program does not know</translation>
    </message>
    <message>
        <source>设密码</source>
        <translation>Password set</translation>
    </message>
    <message>
        <source>设应急码</source>
        <translation>Emergency code set</translation>
    </message>
    <message>
        <source>设第二因素</source>
        <translation>Second factor set</translation>
    </message>
    <message>
        <source>设置动态码</source>
        <translation>Set up a second factor</translation>
    </message>
    <message>
        <source>请两人再办一次改回来。没有改动。</source>
        <translation>Two people can change it back. Nothing was changed.</translation>
    </message>
    <message>
        <source>请先任命另一位并让其登录，否则谁也进不来。没有写入。</source>
        <translation>Appoint another one first and let them sign in, or nobody could. Nothing was written.</translation>
    </message>
    <message>
        <source>请先查到事件再导出。</source>
        <translation>Find incidents first, then export.</translation>
    </message>
    <message>
        <source>请写明用途</source>
        <translation>Say for what it is</translation>
    </message>
    <message>
        <source>请写明这份文件做什么用；没有导出。</source>
        <translation>Say what this file is for; nothing was exported.</translation>
    </message>
    <message>
        <source>请加条件，分几次导出。</source>
        <translation>Add filters and export in parts.</translation>
    </message>
    <message>
        <source>请另一位来确认，需要角色：{roles}。还没有写入。</source>
        <translation>Ask someone else to confirm; roles: {roles}. Nothing is written yet.</translation>
    </message>
    <message>
        <source>请另取一个账号名。没有写入。</source>
        <translation>Choose another account name. Nothing was written.</translation>
    </message>
    <message>
        <source>请另建一个数据目录（griddesk init）。</source>
        <translation>Make another data folder (griddesk init).</translation>
    </message>
    <message>
        <source>请向导出的工位问清密钥编号；在此之前不能当作依据。</source>
        <translation>Ask the station that exported it for the number of its key; until then it proves nothing.</translation>
    </message>
    <message>
        <source>请在终端里执行，或把口令写进只有本人能读的文件，用 {variable} 指明。</source>
        <translation>Run it at a terminal, or name a file that only you can read with {variable}.</translation>
    </message>
    <message>
        <source>请在终端里执行；没有写入。</source>
        <translation>Run it at a terminal; nothing was written.</translation>
    </message>
    <message>
        <source>请安全管理员换一个新的。</source>
        <translation>Ask the security administrator for a new one.</translation>
    </message>
    <message>
        <source>请安全管理员给一个一次性口令。</source>
        <translation>Ask the security administrator for a one-time password.</translation>
    </message>
    <message>
        <source>请对照纸上重新输入；没有改动。</source>
        <translation>Compare with the paper and type it again; nothing was changed.</translation>
    </message>
    <message>
        <source>请把日志交给技术人员。</source>
        <translation>Give the log to a technician.</translation>
    </message>
    <message>
        <source>请换一个。原口令没有改动。</source>
        <translation>Choose another. The password is unchanged.</translation>
    </message>
    <message>
        <source>请本人先登录一次，按提示设置。</source>
        <translation>That person has to sign in once and set them up.</translation>
    </message>
    <message>
        <source>请核对编号，要写全。</source>
        <translation>Check the number; write all of it.</translation>
    </message>
    <message>
        <source>请检查路径和权限；没有改动。</source>
        <translation>Check the path and its permissions; nothing was changed.</translation>
    </message>
    <message>
        <source>请用已有账号登录；没有写入。</source>
        <translation>Sign in with an existing account; nothing was written.</translation>
    </message>
    <message>
        <source>请由另一位管理员来改。没有写入。</source>
        <translation>Another administrator has to do it. Nothing was written.</translation>
    </message>
    <message>
        <source>请看手机时间是否准确，等下一个数字再试。没有写入。</source>
        <translation>Check the phone&apos;s clock, wait for the next code and try again. Nothing was written.</translation>
    </message>
    <message>
        <source>请输入手机上显示的六位数字。</source>
        <translation>Type the six digits that the phone shows.</translation>
    </message>
    <message>
        <source>请重新取一份。</source>
        <translation>Fetch it again.</translation>
    </message>
    <message>
        <source>请重新输入；多次输错会锁定账号。没有改动。</source>
        <translation>Type it again; too many failures lock the account. Nothing was changed.</translation>
    </message>
    <message>
        <source>谁、几件、几个来电人、用途、文件的 SHA-256 都记入日志；每页有导出人和时间。</source>
        <translation>Who, how many incidents and callers, for what, and the file&apos;s SHA-256 are recorded; every page names who exported it and when.</translation>
    </message>
    <message>
        <source>账号</source>
        <translation>Account</translation>
    </message>
    <message>
        <source>账号 {value} 已经有了</source>
        <translation>Account {value} exists already</translation>
    </message>
    <message>
        <source>账号、口令或动态码不对</source>
        <translation>Account, password or code is wrong</translation>
    </message>
    <message>
        <source>账号、角色有变，或应急时间已到。请重新登录。</source>
        <translation>The account or its roles have changed, or the emergency hour is over. Sign in again.</translation>
    </message>
    <message>
        <source>账号名 {value} 不能用</source>
        <translation>Account name {value} cannot be used</translation>
    </message>
    <message>
        <source>账号权限</source>
        <translation>Accounts and rights</translation>
    </message>
    <message>
        <source>超过 {most} 件，没有导出</source>
        <translation>More than {most}; nothing was exported</translation>
    </message>
    <message>
        <source>身份卡</source>
        <translation>Station card</translation>
    </message>
    <message>
        <source>输错次数太多。请等到时间，或请安全管理员解锁。</source>
        <translation>Too many failures. Wait until then, or ask the security administrator to unlock it.</translation>
    </message>
    <message>
        <source>返回  Esc</source>
        <translation>Back  Esc</translation>
    </message>
    <message>
        <source>还没有写用途</source>
        <translation>No purpose was given</translation>
    </message>
    <message>
        <source>还没有收到指挥室密钥。请在另一工位授予本工位密钥，同步后再登录；数据没有改动。</source>
        <translation>The room&apos;s key has not come yet. Let another workstation grant it to this one, exchange, then sign in; no data was changed.</translation>
    </message>
    <message>
        <source>还没有确认收到删除记录，下次交换后再核对</source>
        <translation>has not confirmed the erasure yet; check again after the next exchange</translation>
    </message>
    <message>
        <source>这不是 GridDesk 导出的审计文件</source>
        <translation>This is no audit file of GridDesk</translation>
    </message>
    <message>
        <source>这些角色不能由一个人兼任：{roles}</source>
        <translation>One person cannot hold these roles together: {roles}</translation>
    </message>
    <message>
        <source>这份数据还没有账号，没有默认口令。系统管理员维护人员和清单，看不到事件。建好以后请任命安全管理员和审计管理员，再录入值班人员。
{}</source>
        <translation>This record has no account yet, and no default password. The system administrator looks after people and lists and sees no incident. Next appoint the security administrator and the audit administrator, then enter the people on duty.
{}</translation>
    </message>
    <message>
        <source>这条记录不在本机：{site} {epoch} {seq}</source>
        <translation>This record is not here: {site} {epoch} {seq}</translation>
    </message>
    <message>
        <source>这条记录不是某一件事件的</source>
        <translation>This record is about no incident</translation>
    </message>
    <message>
        <source>这条链没有写入，对方留着，其他照常交换。请把收的一方升级到与对方相同的版本，再同步一次。</source>
        <translation>This chain was not written; the other side keeps it, and all else goes on. Update the receiving side to the other&apos;s version and exchange again.</translation>
    </message>
    <message>
        <source>连续输错几次锁定</source>
        <translation>Failures in a row that lock</translation>
    </message>
    <message>
        <source>退出登录</source>
        <translation>Signed out</translation>
    </message>
    <message>
        <source>配置</source>
        <translation>Settings</translation>
    </message>
    <message>
        <source>重置动态码</source>
        <translation>Reset codes</translation>
    </message>
    <message>
        <source>重置口令</source>
        <translation>Reset a password</translation>
    </message>
    <message>
        <source>链</source>
        <translation>Chain</translation>
    </message>
    <message>
        <source>链上摘要</source>
        <translation>Digest in the chain</translation>
    </message>
    <message>
        <source>锁定</source>
        <translation>Lock</translation>
    </message>
    <message>
        <source>锁定多久（分钟）</source>
        <translation>Locked for (minutes)</translation>
    </message>
    <message>
        <source>锁定窗口：工作留着，登录接着做</source>
        <translation>Lock the window: the work stays for you</translation>
    </message>
    <message>
        <source>锁定账号</source>
        <translation>Account locked</translation>
    </message>
    <message>
        <source>锁屏</source>
        <translation>Desk locked</translation>
    </message>
    <message>
        <source>附件数</source>
        <translation>Attachments</translation>
    </message>
    <message>
        <source>需要角色：{roles}。没有写入。</source>
        <translation>Roles needed: {roles}. Nothing was written.</translation>
    </message>
    <message>
        <source>页数</source>
        <translation>Pages</translation>
    </message>
    <message>
        <source>须改密码</source>
        <translation>Password to be changed</translation>
    </message>
    <message>
        <source>为什么删</source>
        <translation>Why</translation>
    </message>
    <message>
        <source>修改我的口令</source>
        <translation>Change my password</translation>
    </message>
    <message>
        <source>修改我的口令…</source>
        <translation>Change my password…</translation>
    </message>
    <message>
        <source>删除来电人信息  Enter</source>
        <translation>Erase the caller  Enter</translation>
    </message>
    <message>
        <source>密钥已经是这样保存的</source>
        <translation>The key is kept like that already</translation>
    </message>
    <message>
        <source>工位 {value} 已被停用，不能给它密钥</source>
        <translation>Workstation {value} was revoked and can be given no key</translation>
    </message>
    <message>
        <source>换上</source>
        <translation>Putting in place</translation>
    </message>
    <message>
        <source>改密钥的存放、换密钥、换恢复码</source>
        <translation>keep, renew or recover the record&apos;s key</translation>
    </message>
    <message>
        <source>没有写入任何内容。它要再用，请先重新登记。</source>
        <translation>Nothing was written. To be used again it must enrol anew.</translation>
    </message>
    <message>
        <source>没有改动。方式有：keyring、passphrase、file。</source>
        <translation>Nothing was changed. The ways are keyring, passphrase and file.</translation>
    </message>
    <message>
        <source>记入日志，不写个人信息</source>
        <translation>recorded in the journal; no personal data</translation>
    </message>
    <message>
        <source>连同文中号码和附件，从本机、备份、交换服务和其他站点删掉，不能恢复。</source>
        <translation>With the numbers in its texts and its files, from this record, the backups, the hub and the other stations; for good.</translation>
    </message>
    <message>
        <source>数据没有改动，没有丢失。请登录桌面会话并解锁密钥库后再试。</source>
        <translation>The data is unchanged and nothing is lost. Sign in to a desktop session, unlock the key store and try again.</translation>
    </message>
    <message>
        <source>数据没有改动，没有丢失。请看桌面上有没有要求解锁的提示，解锁后再试；还不行，重新登录桌面。</source>
        <translation>The data is unchanged and nothing is lost. See whether the desktop asks to unlock the key store, unlock it and try again; if that does not help, sign in to the desktop anew.</translation>
    </message>
    <message>
        <source>更新队伍位置</source>
        <translation>Update team positions</translation>
    </message>
    <message>
        <source>没有改动。怀疑密钥泄露，请另建服务，各站点重新登记。</source>
        <translation>Nothing was changed. If you suspect that a key leaked, make another hub and have the stations enrol anew.</translation>
    </message>
    <message>
        <source>记录在 PostgreSQL 里的服务还不能换密钥</source>
        <translation>A hub whose record is in PostgreSQL cannot change its keys yet</translation>
    </message>
    <message>
        <source>请本人登录窗口，按提示换；或在终端用 griddesk users password。</source>
        <translation>Sign in at the window and change it, or use griddesk users password at a terminal.</translation>
    </message>
    <message>
        <source>F9 换主题&#x3000;Ctrl+= 字号大一号&#x3000;Ctrl+Q 退出</source>
        <translation>F9 theme&#x3000;Ctrl+= larger letters&#x3000;Ctrl+Q quit</translation>
    </message>
    <message>
        <source>几个用、隔开，例如 值班员、分流员</source>
        <translation>Several parted by 、</translation>
    </message>
    <message>
        <source>停用站点</source>
        <translation>Revoke a station</translation>
    </message>
    <message>
        <source>发登记码</source>
        <translation>Issue an enrolment code</translation>
    </message>
    <message>
        <source>登记到交换服务</source>
        <translation>Enrol at an exchange</translation>
    </message>
    <message>
        <source>{value} 的来电人信息是镇街的，这里没有删除</source>
        <translation>What is known of the caller of {value} is the town’s: nothing was erased here</translation>
    </message>
    <message>
        <source>写出交换文件</source>
        <translation>Write exchange files</translation>
    </message>
    <message>
        <source>请该镇街的安全管理员删除；删除以后交换到这里，这里的一份也就删掉。</source>
        <translation>Ask that town’s security administrator to erase it; the copy here goes when the erasure arrives by exchange.</translation>
    </message>
    <message>
        <source>{path} 不能当口令文件</source>
        <translation>{path} cannot be a password file</translation>
    </message>
    <message>
        <source>一人一天最多导出来电人（个）</source>
        <translation>Callers one person may export in a day</translation>
    </message>
    <message>
        <source>人员、口令、安全策略请在已有的工位上改；同步并得到密钥以后，这里也能改。没有写入。</source>
        <translation>Change people, passwords and the security policy at a workstation that is there already; once this one has synchronised and has the key, here too. Nothing was written.</translation>
    </message>
    <message>
        <source>口令文件别人也能用：{path}</source>
        <translation>Others can use the password file too: {path}</translation>
    </message>
    <message>
        <source>文件要属于本人，权限改为仅本人可读（chmod 600）；没有改动。</source>
        <translation>The file has to be your own, readable by you alone (chmod 600); nothing was changed.</translation>
    </message>
    <message>
        <source>本工位在等指挥室的账号，不能在这里改</source>
        <translation>This workstation is waiting for the room’s accounts: they cannot be changed here</translation>
    </message>
    <message>
        <source>要改这个人，请用“修改”或 griddesk users change；没有写入。</source>
        <translation>To change this person use Change, or griddesk users change; nothing was written.</translation>
    </message>
    <message>
        <source>要普通文件，不超过 {limit} 字节；没有改动。</source>
        <translation>It has to be an ordinary file of at most {limit} bytes; nothing was changed.</translation>
    </message>
    <message>
        <source>请以系统管理员或安全管理员的身份改；没有写入。</source>
        <translation>Change it as system or security administrator; nothing was written.</translation>
    </message>
    <message>
        <source>请等手机上换了下一个（最多三十秒），连同口令重新输入。没有改动。</source>
        <translation>Wait until the phone shows the next one (thirty seconds at most), then type it and the password again. Nothing was changed.</translation>
    </message>
    <message>
        <source>账号 {value} 是别人或别的工位定的</source>
        <translation>The account {value} was defined by somebody else or at another workstation</translation>
    </message>
    <message>
        <source>还原后按删除名单补记</source>
        <translation>Said again from the list of erasures after a restore</translation>
    </message>
    <message>
        <source>这个动态码已经用过</source>
        <translation>This code has been used already</translation>
    </message>
</context>
<context>
    <name>_ProgressBar</name>
    <message>
        <source>停下</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>正在办 {} / {}</source>
        <translation>Doing {} / {}</translation>
    </message>
    <message>
        <source>正在撤销 {} / {}</source>
        <translation>Undoing {} / {}</translation>
    </message>
</context>
</TS>
