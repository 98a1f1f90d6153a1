/** The parameter of the node for a parameter of Alipay: `authNo` for `auth_no`. Saved in workflows. */
export const parameterOf = (name: string): string =>
	name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** Alipay's spelling of `outTradeNo`, `OUT_TRADE_NO` or `out-trade-no`. */
export const snakeOf = (name: string): string =>
	(/[a-z]/.test(name) ? name.replace(/(?<=[a-z\d])[A-Z]/g, '_$&') : name)
		.toLowerCase()
		.replaceAll('-', '_');
