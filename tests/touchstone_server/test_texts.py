"""The words of the pages: complete, used, in the right script, and in the terms that each region uses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import touchstone
import touchstone_server
from touchstone.standards.reading import read_yaml
from touchstone_server.language import LOCALES
from touchstone_server.texts import all_texts, counted, text, written_number

SERVER = Path(touchstone_server.__file__).parent
CORE = Path(touchstone.__file__).parent
SOURCES = "\n".join(
    file.read_text(encoding="utf-8")
    for pattern in ("*.py", "*.html", "*.txt")
    for file in sorted(SERVER.rglob(pattern))
)

FORBIDDEN_IN_HANT = {
    "質量": "質素 or 品質",
    "職業培訓": "職業訓練",
    "資格框架": "資歷架構",
    "簡歷": "履歷",
    "在線": "網上",
    "複核": "覆核",
    "週歲": "周歲",
    "信息": "資訊",
    "軟件": "程式",
    "用戶": "使用者",
    "登錄": "登入",
}
"""What must not stand in a text for Hong Kong and Macao, and what should."""

SOLID = ("3D", "立體", "樹脂", "蠟", "粉末", "鑄造", "建模")
"""Paper is 列印; only what is printed in three dimensions is 打印."""

ONLY_SIMPLIFIED = frozenset(
    "业东丝两严丧个丰临为丽举么义乌乐乔习乡书买乱争于亏亚产亩亲亿仅从仑仓仪们价众优会伞伟传伤伦伪侠侣侥侦侧侨债倾偿储儿党兰关兴养兽写军农冯冻凑凤凭凯击凿刘则刚创删剂"
    "剑剥剧劝办务动励劲劳势勋匀华协单卖卢卫厂厅历厉压厌厕厢县参双发变叙叹吗启呕员响哑唤啰啸嘱团园围国图圆圣场坏块坚坛坝坞坟坠垄垒垦垫埘堕墙壮声壳处备复头夹夺奋奖妆妇"
    "妈娱婴孙学宁宝实宠审宪宫宽宾寝对寻导寿将尔尘尝层屉属屡屿岁岂岗岛岭峡币帅师帐带帮库应庙庞废开异弃张弥弯弹归当彻径忆忧怀态总恋恳惊惧惨惩惫惭惯愤愿慑戏战户扑执扩扫"
    "扬扰抚抛抢护报担拟拣拥择挤挥损换掷摄摆摇撑敌数斋断无旧时显晋晒晓晕暂杀杂权条来杨极构枪柜标栈栋栏树样档桥检楼欢欧残毁毕毙气汉汤沟没泪泼泽洁浅浆测浑浓涂涛涝润涨渊"
    "渐渔湾湿溃滚满滤滥滨滩灭灯灵炼烂烛烦烧热爱爷牵独狭狮狱猎献玛环现玺琐电畅疗疮疯皱盏盐监盖盗盘矫矿码砖础硕确碍礼祷祸离积称稳穷窃窍窑窜窝竞笔笼筛筹简类粮紧纠红纤约"
    "级纪纬纯纲纳纵纷纸纹纺线练组细织终绍经结绕绘给络绝统绢继绩绪续绳维绵综绿缀缆缓编缘缝缠缩缴罚罢羡职联聪肃肠肤肿胀胁胆脉脏脑脱脸腻腾舆舰舱艺节苏茎荐荣药莱萝营萧蓝"
    "虑虽蚂蛮衬袄袜袭裤见观规视览觉触誉计订认讨让训议记讲许论讼讽设访证评识诈诉诊词译试诗诚话诞询该详语误诱说请诸读课谁调谅谈谊谋谓谢谣谦谨谱贝负贡财责贤败账货质贩贪"
    "贫购贯贱贴贵贷贸费贺贼资赋赌赏赔赖赚赛赞赠赢赵趋践车轨轩转轮软轰轻载较辅辆辈辉输辞边辽达迁过迈运还这进远违连迟选逊递逻遗邓邮邻郑酝酱释针钉钓钢钥钱钻铁铃铅铜铝铭"
    "银铸铺链销锁锅锋错锡锣锤锦键锯镀镇镜镶长门闪闭问闯闲间闷闸闻阀阁阅阔队阳阴阵阶际陆陈陕险随隐难雾静韩顶项顺顾顿颁预领颇频颗题颜额风飞饥饭饮饰饱饲饶馆马驱驶驻驾骂"
    "骄验骑骗骤鱼鲁鲜鸟鸡鸣鸭鸿鹅鹤麦齐齿龄龙龟"
)
"""Characters that only the simplified script has. (后, 里, 系, 台, 干 and the like stand in both.)"""


def hant_texts():
    """Yield every text for zh-Hant that we ship, with where it stands."""
    files = [*sorted((SERVER / "locale").glob("*.yaml")), *sorted(CORE.rglob("*.yaml"))]
    files = [file for file in files if file.name != "termbase.yaml"]  # which lists what is forbidden
    for file in files:
        yield from ((file.name, words) for words in _hant(read_yaml(file.read_text(encoding="utf-8")).tree))


def _hant(tree):
    match tree:
        case dict():
            for key, value in tree.items():
                if isinstance(value, str) and key.startswith("zh-Hant"):
                    yield (key, value)
                else:
                    yield from _hant(value)
        case list():
            for value in tree:
                yield from _hant(value)


def test_every_text_is_written_in_four_languages():
    lacking = [key for key, texts in all_texts().items() if not {"en", "zh-Hans", "zh-Hant", "pt"} <= texts.keys()]

    assert not lacking


def test_all_languages_of_a_text_have_the_same_gaps():
    def gaps(words: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", words))

    assert not [
        key for key, texts in all_texts().items() if len({frozenset(gaps(words)) for words in texts.values()}) > 1
    ]


def test_every_text_is_used_and_every_used_text_is_there():
    keys = set(all_texts())
    exact = set(re.findall(r'(?:\{% t |text\(|_say\()"([a-z_]+\.[A-Za-z0-9_]+)"', SOURCES))
    numbers = set(re.findall(r'(?:\{% tn |counted\()"([a-z_]+\.[A-Za-z0-9_]+)"', SOURCES))
    groups = set(re.findall(r'\{% t_of "([a-z_]+\.[A-Za-z0-9_]+)"', SOURCES))
    prefixes = {f"{group}_" for group in groups}
    prefixes |= set(re.findall(r'text\(f"([a-z_]+\.[a-z_]*)\{', SOURCES))
    prefixes |= {f"{name}." for name in re.findall(r'_known\("([a-z]+)"', SOURCES)}
    prefixes |= set(re.findall(r'^FILE = "([a-z]+\.)"$', SOURCES, re.MULTILINE))  # found by their English sentence
    exact |= {f"{key}_{number}" for key in numbers for number in ("one", "many")}

    unused = [key for key in keys - exact if not any(key.startswith(prefix) for prefix in prefixes)]

    assert sorted(exact - keys) == []
    assert sorted(unused) == []
    assert not [prefix for prefix in prefixes if not any(key.startswith(prefix) for key in keys)]


def test_hong_kong_and_macao_read_their_own_terms():
    found = [
        f"{file}: {words}: write {better} for {bad}"
        for file, (_, words) in hant_texts()
        for bad, better in FORBIDDEN_IN_HANT.items()
        if bad in words
    ]
    found += [
        f"{file}: {words}: write 列印"
        for file, (_, words) in hant_texts()
        if "打印" in words and not any(word in words for word in SOLID)
    ]

    assert not found


def test_no_simplified_character_stands_in_a_traditional_text():
    found = [
        f"{file}: {words}: {set(words) & ONLY_SIMPLIFIED}"
        for file, (_, words) in hant_texts()
        if set(words) & ONLY_SIMPLIFIED
    ]

    assert not found


def test_simplified_texts_hold_no_traditional_character():
    traditional = set("證書應單國與這個為無會學時間東車見說話語請讓認識議論區級處變對業標資歷歷錄寫點錯關開門問頁類顯")
    quoting = "standards.nothing_found"  # gives a traditional character as an example of what can be searched for

    found = [key for key, texts in all_texts().items() if set(texts["zh-Hans"]) & traditional and key != quoting]

    assert not found


def test_values_are_escaped_and_markup_is_kept():
    from django.utils.safestring import mark_safe

    told = text("errors.bad_text", "en", field=mark_safe("<b>region</b>"), value="<i>")

    assert "<b>region</b>" in told
    assert "&lt;i&gt;" in told


@pytest.mark.parametrize(
    ("tag", "told"), [("pt", "1\N{NO-BREAK SPACE}200,50"), ("en", "1,200.50"), ("zh-Hant-MO", "1,200.50")]
)
def test_portuguese_writes_a_comma_before_the_decimals_and_a_space_between_thousands(tag, told):
    assert written_number("1,200.50", tag) == told


def test_one_and_many_are_told_apart():
    assert counted("standards.units", 1, "en") == "1 unit"
    assert counted("standards.units", 3, "pt") == "3 unidades"


@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: locale.path)
def test_no_text_falls_back_to_another_language(locale):
    from touchstone.text import localise

    wanted = locale.tag.split("-")[0]

    assert all(localise(texts, locale.tag)[1].startswith(wanted) for texts in all_texts().values())
