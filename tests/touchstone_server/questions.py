"""Questions as they stand in an address, one for each outcome: the explorer's own way to ask them."""

from __future__ import annotations

from urllib.parse import urlencode

LIN = [
    ("from", "GD"),
    *(
        ("unit", f"DEMO-GD:{unit}")
        for unit in ("wax|4", "casting|4", "setting-pave|3", "polishing|4", "cad|3", "law|4")
    ),
    ("awarded", "2025-07-04"),
    ("to", "HK"),
    ("purpose", "employment"),
    ("target", "hk-jewellery-maker"),
    ("on", "2026-11-24"),
]
HO = [
    ("from", "HK"),
    *(("unit", f"DEMO-HK:{unit}") for unit in ("wax|2", "casting|2", "setting-basic|2", "polishing|2", "cad|3")),
    ("unit", "DEMO-GD:law"),
    ("awarded", "2024-06-28"),
    ("months", "27"),
    ("work", "goldsmith"),
    ("to", "GD"),
    ("purpose", "employment"),
    ("target", "gd-jewellery-maker-5"),
    ("on", "2026-11-24"),
]
JIANG = [
    ("from", "GD"),
    *(("unit", f"DEMO-GD:{unit}") for unit in ("cad-2019|3", "print|3", "wax|4", "casting|4")),
    ("awarded", "2022-06-30"),
    ("to", "HK"),
    ("purpose", "employment"),
    ("target", "hk-jewellery-maker"),
    ("on", "2026-11-24"),
]
GAN = [
    ("from", "GD"),
    ("unit", "DEMO-GD:assay|3"),
    ("unit", "DEMO-HK:law|2"),
    ("awarded", "2024-05-17"),
    ("fact", "assaying_licence_revoked|yes"),
    ("to", "HK"),
    ("purpose", "employment"),
    ("target", "hk-fineness-tester"),
    ("on", "2026-11-24"),
]
THREE_UNITS = [
    ("from", "GD"),
    *(("unit", f"DEMO-GD:{unit}") for unit in ("wax|4", "casting|4", "polishing|4")),
    ("awarded", "2025-07-04"),
    ("to", "HK"),
    ("purpose", "employment"),
    ("target", "hk-jewellery-maker"),
    ("on", "2026-11-24"),
]
KOU = [
    ("from", "MO"),
    *(("unit", f"DEMO-MO:{unit}") for unit in ("wax|intermediate", "polishing|advanced")),
    ("awarded", "2025-11-14"),
    ("to", "HK"),
    ("purpose", "employment"),
    ("target", "hk-jewellery-maker"),
    ("on", "2026-11-24"),
]

BY_OUTCOME = {
    "FULL": HO,
    "CONDITIONAL": LIN,
    "ALTERNATIVE": JIANG,
    "PARTIAL": THREE_UNITS,
    "REFUSED": GAN,
    "REFER": KOU,
}


def written(question: list[tuple[str, str]]) -> str:
    """Return a question as the query of an address."""
    return urlencode(question)


PAGES = [
    "",
    "explorer/",
    "explorer/certificate/?from=GD",
    "explorer/units/?from=GD",
    "explorer/units/?from=GD&holds=gd-stone-setter-3",
    "explorer/units/?from=HK",
    f"explorer/destination/?{written(LIN)}",
    f"explorer/qualification/?{written(LIN)}",
    *(f"explorer/answer/?{written(question)}" for question in BY_OUTCOME.values()),
    "explorer/recheck/",
    "standards/",
    "standards/?q=polimento",
    "standards/?q=zzzz",
    "standards/frameworks/hk-jewellery/",
    "standards/frameworks/gd-jewellery/?area=setting",
    "standards/frameworks/mo-jewellery/?tag=green",
    "standards/frameworks/hkqf-tic-sample/",
    "standards/units/DEMO-HK:plating-control/",
    "standards/units/DEMO-GD:cad/",
    "standards/crosswalks/gd-hk/",
    "standards/crosswalks/gd-hk/?area=plating",
    "standards/levels/",
    "standards/levels/?compare=hkqf-cn-skill-5",
    "verify/",
    "verify/sample/valid/",
    "verify/sample/altered/",
    "verify/list/",
    "explorer/file/?sample=wallet",
]
"""Every kind of page in every state that differs, without its language."""

KINDS = [
    "",
    "explorer/",
    "explorer/certificate/?from=GD",
    "explorer/units/?from=GD&holds=gd-stone-setter-3",
    f"explorer/destination/?{written(LIN)}",
    f"explorer/qualification/?{written(LIN)}",
    f"explorer/answer/?{written(LIN)}",
    f"explorer/answer/?{written(KOU)}",
    "explorer/recheck/",
    "standards/",
    "standards/?q=polimento",
    "standards/frameworks/hk-jewellery/",
    "standards/units/DEMO-HK:plating-control/",
    "standards/crosswalks/gd-hk/?area=plating",
    "standards/levels/",
    "verify/sample/valid/",
    "demo/",
    "demo/story/",
    "demo/border/",
    "gallery/",
]
"""One page of each kind: these are looked at on every screen, the others on one."""
