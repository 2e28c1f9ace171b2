"""Orders as an import hands them over; invented."""

from db.imports.plan import OrderRow
from tests.db.store import rig


def orders(chunk, count):
    """Return a chunk of orders, each of its own number."""
    return [
        OrderRow(
            source="hotline",
            source_no=f"{chunk:04d}-{row:04d}",
            title="枫桥路井盖松动",
            content=f"枫桥路{row}号门前的井盖松动，车过有响声。",
            category="",
            urgency="normal",
            secrecy=0,
            address=f"枫桥路{row}号",
            area_text="兴禾社区",
            unit_text="",
            reported_at=rig.NOW,
            caller_name=rig.NAME,
            caller_phone=rig.PHONE,
            source_status="",
            source_reply="",
            source_replied_at=None,
            lon_e6=None,
            lat_e6=None,
            row=row,
            sheet="工单",
        )
        for row in range(1, count + 1)
    ]
