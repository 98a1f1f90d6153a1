/** The address of a missing gateway: nothing listens on port 1 of this machine. */
export const NOWHERE = 'http://127.0.0.1:1/gateway.do';
