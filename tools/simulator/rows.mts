/** The content of the book: one row an operation, in the order of their operation numbers. */

export type Row = [
	order: number,
	type: 'PAY' | 'REFUND',
	status: RowStatus,
	yuan: string,
	title: string,
	remark: string,
	optional: keyof typeof OPTIONAL_FIELDS,
];
/** `@`: an INIT that settles so many seconds after the start. */
type RowStatus = 'INIT' | 'SUCCESS' | 'CLOSED' | `${'SUCCESS' | 'CLOSED'}@${number}`;

export const OPTIONAL_FIELDS = {
	all: ['payer_user_id', 'payer_logon_id', 'payee_user_id', 'payee_logon_id', 'extra_param'],
	people: ['payer_user_id', 'payer_logon_id', 'payee_user_id', 'payee_logon_id'],
	payer: ['payer_user_id', 'payer_logon_id'],
	ids: ['payer_user_id', 'payee_user_id'],
	extra: ['payer_user_id', 'extra_param'],
	none: [],
} as const;

// Slashes, quotes, backslashes, ampersands and emoji are here because they break careless clients.
export const ROWS: readonly Row[] = [
	[
		1,
		'PAY',
		'SUCCESS',
		'88.88',
		'中秋红包/双节同庆 "团圆" 🎑',
		'祝您阖家幸福 & 心想事成 😊',
		'all',
	],
	[1, 'REFUND', 'SUCCESS', '8.88', '中秋红包/双节同庆 "团圆" 🎑', '部分退回/超时未领', 'all'],
	[2, 'PAY', 'SUCCESS', '100.00', '红包发放', '红包发放', 'people'],
	[3, 'PAY', 'CLOSED', '66.00', '开学季红包', '24小时未领取，已关闭', 'people'],
	[4, 'PAY', 'INIT', '20.00', '会员日红包', '等待付款方确认', 'payer'],
	[5, 'PAY', 'SUCCESS', '0.01', '签到红包', '连续签到7天', 'none'],
	[6, 'PAY', 'SUCCESS@5', '12.50', '新人红包', '新用户注册奖励', 'people'],
	[7, 'PAY', 'CLOSED@5', '30.00', '抽奖红包', '抽奖活动/第3期', 'people'],
	[8, 'PAY', 'SUCCESS@20', '45.67', '评价返现红包', '五星好评返现', 'all'],
	[9, 'PAY', 'CLOSED@20', '5.20', '七夕红包', '520 我爱你 ❤️', 'payer'],
	[10, 'PAY', 'SUCCESS@60', '168.00', '开业大吉红包', '恭喜发财', 'people'],
	[11, 'PAY', 'CLOSED@60', '9.90', '秒杀补偿红包', '库存不足补偿', 'none'],
	[12, 'PAY', 'SUCCESS', '500.00', '年终奖励红包', '2026年度优秀员工', 'all'],
	[12, 'REFUND', 'SUCCESS', '200.00', '年终奖励红包', '第一次退回', 'people'],
	[12, 'REFUND', 'SUCCESS', '100.05', '年终奖励红包', '第二次退回', 'people'],
	[12, 'REFUND', 'CLOSED', '50.00', '年终奖励红包', '退回已取消', 'people'],
	[13, 'PAY', 'SUCCESS', '18.80', '生日红包 🎂', '生日快乐/Happy Birthday', 'people'],
	[14, 'PAY', 'SUCCESS', '1.00', '扫码红包', '门店扫码', 'ids'],
	[15, 'PAY', 'CLOSED', '3.33', '分享红包', '活动提前结束', 'payer'],
	[16, 'PAY', 'SUCCESS', '100000000.00', '集团年会红包', '单笔上限', 'all'],
	[17, 'PAY', 'SUCCESS', '0.99', '"秒到" 红包', '说明 "即时到账"', 'extra'],
	[18, 'PAY', 'SUCCESS', '256.00', '渠道奖励 A&B 红包', 'Tom & Jerry <渠道>', 'people'],
	[19, 'PAY', 'CLOSED', '8.00', '路径测试红包 C:\\红包\\九月', '反斜杠\\与/斜杠', 'extra'],
	[20, 'PAY', 'INIT', '99.99', '国庆红包 🇨🇳', '待用户领取', 'none'],
	[21, 'PAY', 'SUCCESS', '66.66', '乔迁之喜红包', '六六大顺', 'people'],
	[21, 'REFUND', 'SUCCESS', '66.66', '乔迁之喜红包', '全额退回', 'people'],
	[22, 'PAY', 'SUCCESS', '19.90', '满减补贴红包', '满199减19.9', 'ids'],
	[23, 'PAY', 'SUCCESS', '7.50', '外卖红包', '超时赔付', 'people'],
	[23, 'REFUND', 'INIT', '2.50', '外卖红包', '退回处理中', 'people'],
	[24, 'PAY', 'CLOSED', '1000.00', '经销商返利红包', '资质审核未通过', 'all'],
	[25, 'PAY', 'SUCCESS', '36.00', '问卷调查红包', '感谢参与调研', 'payer'],
	[26, 'PAY', 'SUCCESS', '400.00', '推荐有礼红包', '成功推荐4位好友', 'people'],
	[26, 'REFUND', 'SUCCESS@20', '100.00', '推荐有礼红包', '1位好友已退订', 'people'],
	[27, 'PAY', 'SUCCESS', '13.14', '周年庆红包', '一生一世', 'extra'],
	[28, 'PAY', 'INIT', '2000.00', '商户入驻红包', '等待商户签约', 'payer'],
	[29, 'PAY', 'CLOSED', '0.10', '摇一摇红包', '手慢了，红包已过期', 'none'],
	[30, 'PAY', 'SUCCESS', '58.00', '拜年红包 🧧', '恭贺新禧/万事如意', 'all'],
	[31, 'PAY', 'SUCCESS', '6.00', '打车红包', '行程补贴', 'people'],
	[32, 'PAY', 'SUCCESS', '77.70', '直播间红包', '主播：小美@直播间', 'people'],
	[33, 'PAY', 'CLOSED', '15.00', '拼团红包', '拼团人数不足', 'ids'],
	[34, 'PAY', 'SUCCESS', '250.25', '稿费红包', '九月稿费（第2批）', 'people'],
	[35, 'PAY', 'SUCCESS@5', '11.11', '预热红包', '双11预热', 'extra'],
	[36, 'PAY', 'SUCCESS', '10.00', '答题红包', '知识竞赛100%正确', 'people'],
	[36, 'REFUND', 'CLOSED', '10.00', '答题红包', '退回失败，红包已领取', 'people'],
];

export const PEOPLE = [
	['2088402019148643', 'ali*@alipay.com'],
	['2088102138117431', 'zhan**@alitest.com'],
	['2088302451907756', '138******21'],
	['2088612077340918', 'li***@example.com'],
	['2088901365528104', '159******07'],
] as const;

export const EXTRA_PARAMS = [
	'{"orderExpiredTime":"10m"}',
	'{"orderExpiredTime":"1d","merchantExt":"活动=中秋/国庆&门店=西湖"}',
	'{"merchantExt":"{\\"path\\":\\"C:\\\\\\\\red\\",\\"tags\\":[\\"a/b\\",\\"🧧\\"]}"}',
] as const;
