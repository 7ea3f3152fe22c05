package mask

// beforeName and beforeFree may stand directly before a name, afterFree
// directly behind one. beforeFreeToo says nothing either way; handsTo makes a
// following 了 (转给了) and staffed a following 的 (窗口的) take a person.
const (
	beforeName    = "诉报谢系所人警局院校叫是找向给与和跟由请的位名对被让有问见说及同到告托为"
	beforeFree    = "我叫是和与跟找给被由对向同让见及到明为请诉报扬谢骗打咬撞联"
	beforeFreeToo = "的了望过后"
	handsTo       = "给骂打找问告撞骗见"
	staffed       = "5线口厅科局队部所站院处心司校业室店委"
	afterFree     = "是说在称告于一不没把被和来与去打骂也都每从已应负留给收同态接签偷独有卷拒骗代承核贪受两等应实共一又能多还就总常曾将再却竟要对先经今昨"
)

// clauseHeads begin a clause whose subject follows.
var clauseHeads = listOf("后来 昨天 今天 当时 结果 因为 但是 可是 而且 所以 如果 听说 据说 认为 知道 希望 要求 发现")

// roleEnds end the words for what people are; a name often follows.
const roleEnds = "员人长师医生哥姐妹弟嫂婶叔伯姨爷奶公婆客主户警兵民众商童儿友爸妈夫妻女孙名字者"

// shySurnames are taken for such only where something announces a name.
const shySurnames = "代苑区楼封时强国平明年山门原"

// placeEnds end the names of places and firms, and hardly ever a given name.
const placeEnds = "部局院路街湖村镇区县井园坪渡馆桥店厂站岭塘冲垸湾苑城坡港堤巷屯寨府"

// wordlikeSurnames are words, or parts of many, as often as they are families:
// unannounced they need more behind them.
const wordlikeSurnames = "高方金石水安江海田包车马路龙白平明国关尚查左易尤万阳康林宁兰庄谷池柴黄成连单解管任常文于向时家全房满权应赖"

// kinTitles are titles of one character with which sentences go on: 张姐都知道.
const kinTitles = "姐哥婶叔伯姨嫂"

// says goes on behind any short title: 纪科说.
const says = "说称让答"

// notShortTitle behind 总 or 工 makes it a word: 总是, 工作.
const notShortTitle = "是共数体价有会被要不之的和结作程资地业人厂艺期伤商友具"

var titles = listOf("同学 学生 先生 女士 小姐 老师 师傅 师父 同志 大爷 大妈 大叔 大婶 大姐 大哥 大姨 大娘 大伯 大嫂 阿姨 叔叔 伯伯 爷爷 奶奶 婆婆 婶婶 嫂子 姐姐 哥哥 医生 医师 大夫 护士 护士长 主任 副主任 主管 经理 总经理 副总 董事长 局长 副局长 处长 副处长 科长 副科长 股长 书记 副书记 队长 大队长 中队长 所长 副所长 院长 副院长 校长 副校长 园长 老板 老板娘 律师 警官 警察 法官 检察官 站长 村长 镇长 副镇长 乡长 区长 副区长 县长 副县长 市长 副市长 省长 厅长 部长 主席 会计 教授 教练 支书 组长 班长 店长 馆长 行长 秘书 干部 房东 主播 医助 总监 工程师 设计师 司机 社长 会长 理事长 调解员 辅导员 老人 夫妇 两口子 一家 家长 家属 姐 哥 婶 叔 伯 姨 嫂 总 工 局 处 科 队 所 院")

var (
	// strongTriggers name a person outright; behind roles a name often stands,
	// and a title can be a role too (医生王建国).
	strongTriggers = listOf("紧急联系人 我的名字叫 我的名字是 我名叫 我叫 姓名 联系人 收件人 收款人 寄件人 开户人 持卡人 投诉人 被投诉人 举报人 被举报人 反映人 申请人 被申请人 诉求人 来电人 来访人 来信人 写信人 信访人 求助人 求职人 报警人 当事人 权利人 产权人 承租人 受害人 受益人 法人 户主 户名 账户名 署名 落款 签名 签字 名叫 叫做 他叫 她叫 那个叫 收款方 付款方 收货人 担保人 承包人 经办人 负责人 代理人 委托人 法人代表 法定代表人 身份证名 真名 本名 原名 曾用名 有个叫 有一个叫 孩子叫 儿子叫 女儿叫 叫做")
	roles          = listOf("借款人 欠款人 出借人 还款人 证人 见证人 证明人 保证人 在场人 承诺人 签收人 接收人 发件人 介绍人 推荐人 代办人 上访人 辩护人 大名 姑父 姑妈 姨妈 姨父 姨夫 舅妈 伯父 伯母 叔父 堂哥 堂弟 堂姐 堂妹 表叔 继父 继母 养父 养母 前夫 前妻 男友 女友 男朋友 女朋友 未婚妻 未婚夫 女婿 儿媳 儿媳妇 姥姥 姥爷 外甥女 老伴 师兄 师姐 工友 技师 护工 老师傅 楼长 楼栋长 网格长 志愿者 社工 监理 药师 厨师 顾问 置业顾问 项目经理 先生 女士 老师 师傅 同志 医生 医师 大夫 护士 护士长 主任 副主任 主管 经理 总经理 局长 副局长 处长 科长 书记 副书记 队长 所长 院长 校长 园长 律师 警官 民警 交警 辅警 警察 法官 检察官 站长 村长 镇长 乡长 区长 县长 市长 部长 主席 教授 教练 支书 村支书 村主任 组长 班长 店长 馆长 行长 秘书 会计 出纳 开发商 签字的人 办事员 收费员 收银员 快递员 外卖员 骑手 营业员 售票员 售货员 驾驶员 管理员 网格员 接线员 话务员 业务员 服务员 保洁员 导购员 安全员 协管员 调解员 辅导员 城管 保安 保姆 月嫂 中介 邻居 户口本上 写的是 签的是 联系 感谢 表扬 举报 投诉 家属 同事 朋友 亲戚 战友 室友 舍友 老乡 表哥 表弟 表姐 表妹 舅舅 姑姑 叔叔 大伯 岳父 岳母 公公 婆婆 孩子 小孩 外甥 侄女 教师 班主任 辅导员 包工头 工头 老赖 小舅子 大舅子 小姨子 姐夫 妹夫 嫂子 弟媳 二房东 合伙人 店主 车主 机主 房主 业主代表 肇事者 被告 原告 嫌疑人 受害者 住户 病友 名为 本人 我是 业主 患者 病人 家长 监护人 老公 丈夫 妻子 老婆 爱人 儿子 女儿 母亲 父亲 妈妈 爸爸 我妈 我爸 我哥 我弟 我姐 我妹 我爷爷 我奶奶 弟弟 哥哥 妹妹 姐姐 外公 外婆 爷爷 奶奶 孙子 孙女 外孙 侄子 村民 居民 市民 职工 员工 司机 房东 老板 租客 租户 学生 同学 老人 老师傅 股东 会员 客服 工作人员 男子 女子 死者 伤者 逝者 乘客 顾客 用户 户主 干部 商家 店家 商户 摊主 房客 同桌 闺蜜 队友 教官 群众")
)

// politely are the titles that hardly follow anything but a name.
var politely = listOf("先生 女士 小姐 阿姨 大爷 大妈 奶奶 爷爷")

// noPersons are written where a form asks for a name.
var noPersons = listOf("匿名 保密 不详 同上 暂无 未知 没有 无名 不便 不愿 不想 某 全体 公司 单位 社区 物业 集团 政府 小区 中心 部门 热线 网友 人员 街道 学校 医院 银行 站 店 厂 局 村 队 组 会 处 所 科 部 院 委 办 家")

// placeTails behind a name make it a place, a school or a firm.
var placeTails = listOf("路 街 巷 大道 胡同 小区 社区 新村 村 镇 乡 县 市 区 省 苑 园 城 庄 寨 屯 湖 山 河 江 桥 站 港 湾 府 庭 郡 岭 广场 花园 公园 国际 大厦 公寓 公馆 学校 中学 小学 大学 学院 医院 幼儿园 公司 集团 银行 超市 酒店 饭店 餐厅 菜馆 面馆 药房 药店 地产 物业 牌 精神 故居 纪念馆 楼盘 项目 置业 家园 天下 时代 天地 银都 帝景 新城 小镇 视频 魅力")

var (
	farewells   = []string{"此致", "敬礼", "敬上", "盼复", "回复", "谢谢", "感谢", "落款", "——"}
	besideWords = listOf("电话 手机 身份证 住址 家住 联系 微信 汉族 现年")
)

// moreWords begin like names and are missing in the dictionary, or stand there as
// names.
const moreWords = "张江 张江高科 孙悟空 猪八戒 康师傅 商家 房号 教练车 网约车 渣土车 校车 私家车 高一 高二 高三 万科 金茂 龙湖 高尔夫 高管局 林权办 时段 时长 植草砖 张冠李戴 " +
	"云里雾里 封窗 马栏山 江山帝景 单双休 岳麓区 梅溪湖 毛坯房 车贷 房贷 水费 钱款 万达 华润 金辉 金科 金地 石油 石化 路灯 " +
	"路虎 满减 易感 常规 常态 权证 权属 应发 应届 应付 应收 应退 碧桂园 卫健委 麦当劳 肯德基 西门子 宫保鸡丁 黄焖鸡 普惠性 " +
	"席梦思 周黑鸭 王老吉 黄太吉 米其林 安利 海底捞 海飞丝 维生素 荣盛 荣盛花园 梅溪正荣 云开壹品 尚可 谢了 祝您 祝愿 祝福 " +
	"冷冰冰 易燃 连廊 石家庄 张家界 张家口 张家港 连云港 秦皇岛 景德镇 公安县 华容县 云梦县 幼儿园 高新区 黄鹤楼 少林寺 紫禁城 " +
	"北部湾 白云山 花果山 钱塘江 洪泽湖 金字塔 卢森堡 威尼斯 夏威夷 伊拉克 阿富汗 乌克兰 莫斯科 青少年 小学生 博士生 黄金周 " +
	"许可证 红宝石 小姑娘 老太太 老先生 老天爷 老同志 农家乐 全家福 安全性 宣传部 陈列馆 纪念堂 吉普车 小提琴 巧克力 显微镜 " +
	"小熊 小费 小孙子 小孙女 小王子 小毛病 小段 小白 小毛 小严 老毛病 老白干 老江湖 扎西德勒 卫健 卫计 卫建 纪监 " +
	"天文台 铁路桥 胡萝卜 师兄弟"

// notNames are tagged as names, yet read as words behind 业主 or 商家.
const notNames = "谢谢 高三 莫让 许可 陈述 盖章 查明 周旋 盖子 富婆 温泉 明白 安静 康复 陈列 张贴 张罗 祝贺 祝福 关怀 胡说 胡闹 师生 顾客 安抚 冷笑 高喊 张望 张开 封锁 阳光 文明 辛勤 荣获 安全 师傅 师范 毛巾 钱财 华丽 高雅 陶醉 杜绝"
