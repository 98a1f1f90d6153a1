/** Runs the simulator in its own process: over TLS, with its responses signed in advance. */
import { startSimulator } from '../simulator/gateway.mts';

const [latencyMs = 0, signedAhead = 0] = process.argv.slice(2).map(Number);
const { credential, caFile } = await startSimulator({ tls: true, latencyMs, signedAhead });
process.send?.({ credential, caFile });
// Ends with the process that started it.
process.on('disconnect', () => process.exit());
