/** People of the fixtures, as Alipay shows them: the logon id is masked. */
export const PEOPLE = [
	{ user_id: '2088402019148643', logon_id: 'ali***@alipay.com' },
	{ user_id: '2088102138117431', logon_id: 'zha***@alitest.com' },
	{ user_id: '2088302451907756', logon_id: '138******21' },
	{ user_id: '2088612077340918', logon_id: 'lin***@example.com' },
] as const;

/** One of them for the record at `index`. */
export const personOf = (index: number) => PEOPLE[index % PEOPLE.length] ?? PEOPLE[0];
