/** A mail server on loopback that keeps its mails. It refuses, or does not respond, on command. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface Mail {
	from: string;
	to: string[];
	subject: string;
	text: string;
}

export interface Mailbox {
	/** Entries of n8n's credential "SMTP". */
	form: { host: string; port: number; secure: boolean; disableStartTls: boolean };
	/** Accepted mails, oldest first. */
	mails: Mail[];
	/** All submitted mails, accepted or not. */
	offered: Mail[];
	/**
	 * The response to a mail that is not accepted, such as `552 Mailbox full`; undefined accepts
	 * it.
	 */
	refuse: (mail: Mail) => string | undefined;
	/** While true it responds to no mail, and the mail counts as not accepted. */
	silent: boolean;
	close: () => Promise<void>;
}

export async function openMailbox(): Promise<Mailbox> {
	const server = new SMTPServer({
		disabledCommands: ['AUTH', 'STARTTLS'],
		onData(stream, session, response) {
			const receive = async () => {
				const mail = await read(await buffer(stream), session.envelope.rcptTo);
				mailbox.offered.push(mail);
				if (mailbox.silent) return;
				const [code, ...words] = mailbox.refuse(mail)?.split(' ') ?? [];
				if (code) throw Object.assign(new Error(words.join(' ')), { responseCode: Number(code) });
				mailbox.mails.push(mail);
				response();
			};
			receive().catch(response);
		},
	});
	// A sender that is killed in the middle of a mail.
	server.on('error', () => undefined);
	server.listen(0, '127.0.0.1');
	await once(server.server, 'listening');
	const { port } = server.server.address() as AddressInfo;
	const mailbox: Mailbox = {
		form: { host: '127.0.0.1', port, secure: false, disableStartTls: true },
		mails: [],
		offered: [],
		refuse: () => undefined,
		silent: false,
		close: async () => await new Promise((resolve) => server.close(resolve)),
	};
	return mailbox;
}

async function read(raw: Buffer, recipients: Array<{ address: string }>): Promise<Mail> {
	const { from, subject = '', text = '' } = await PostalMime.parse(raw);
	const to = recipients.map(({ address }) => address);
	return { from: from?.address ?? '', to, subject, text: text.trim() };
}
