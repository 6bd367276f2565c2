# SPDX-License-Identifier: Apache-2.0
"""Names as they are looked for: without case and accents, and Han in one script, so that 欧阳 finds 歐陽 and jose finds José.

Only the characters that names have most often are folded: a search that misses one finds nothing, and never somebody else. Source of
the pairs: the transform Hant-Hans of Unicode CLDR, as ICU 72 applies it.
"""

from __future__ import annotations

import unicodedata

_TRADITIONAL = (
    "陳張劉楊黃趙吳孫馬羅鄭謝韓馮蕭許鄧葉蘇呂蔣賈餘鄒陸鍾譚範賴龍萬錢嚴賀顧龔湯喬魯溫莊鄔駱單畢聶歐陽歷饒"
    "關鄺盧麥區蔔華偉國強軍麗紅艷傑濤鵬輝剛鳳蘭慶雲飛嬌潔瑩穎曉禮義貴寶銀鐵鋒銳鎮鈞銘鏡鑑詠詩誠謙譽讚貞賢"
    "贊賓達遠進運連選還邁寧寬實寵將專爾堯壽夢奧學峽島嵐嶺幹廣廈彌彥從復恆悅憲懷戀戰揚摯攝敘斂時晉暉暢曄會"
    "東條業極榮樂樺權歡澤潤瀾瀟灣滿漢濱濟為燁燦愛獻瑪環璽畫異發盡監矯碩禎穩競節築簡紀純紹經綠維綱緯緒縉績"
    "織繼纖習聖聞聯聰肅臨興舉蓮葦蒼蓋藍藝蘆蘊衛規覺親觀詳語調諾謀證識議譯豐豔貝財責貫費資賽躍車軒輕載輔輪"
    "轉辦農郵針鈴鋼錦錫鍵鑄長門開閃間閣闊陰際隨險雋雙雜離難電霧靈靜韋韻順項領頌頎頓頡額顏風養馳駒駿騰驍驕"
    "驥驗體鬱魚鮑鮮鳴鴻鵑鶯鶴鷹黨齊"
)
_SIMPLIFIED = (
    "陈张刘杨黄赵吴孙马罗郑谢韩冯萧许邓叶苏吕蒋贾余邹陆钟谭范赖龙万钱严贺顾龚汤乔鲁温庄邬骆单毕聂欧阳历饶"
    "关邝卢麦区卜华伟国强军丽红艳杰涛鹏辉刚凤兰庆云飞娇洁莹颖晓礼义贵宝银铁锋锐镇钧铭镜鉴咏诗诚谦誉赞贞贤"
    "赞宾达远进运连选还迈宁宽实宠将专尔尧寿梦奥学峡岛岚岭干广厦弥彦从复恒悦宪怀恋战扬挚摄叙敛时晋晖畅晔会"
    "东条业极荣乐桦权欢泽润澜潇湾满汉滨济为烨灿爱献玛环玺画异发尽监矫硕祯稳竞节筑简纪纯绍经绿维纲纬绪缙绩"
    "织继纤习圣闻联聪肃临兴举莲苇苍盖蓝艺芦蕴卫规觉亲观详语调诺谋证识议译丰艳贝财责贯费资赛跃车轩轻载辅轮"
    "转办农邮针铃钢锦锡键铸长门开闪间阁阔阴际随险隽双杂离难电雾灵静韦韵顺项领颂颀顿颉额颜风养驰驹骏腾骁骄"
    "骥验体郁鱼鲍鲜鸣鸿鹃莺鹤鹰党齐"
)
_HAN = str.maketrans(_TRADITIONAL, _SIMPLIFIED)


def sought_as(name: str) -> str:
    """Return a name as it is looked for."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(plain.translate(_HAN).split())
