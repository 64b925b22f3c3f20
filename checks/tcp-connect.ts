import type { Session } from "../model/session.ts";

/** Connects and hangs up; the words are arguments of their own, never part of the script. */
const connectAndClose = 'exec 3<>"/dev/tcp/$1/$2"';

/** Opens a TCP connection to the port and closes it; true when it came up. Gives up after two seconds. */
export async function tcpConnects(session: Session, address: string, port: number): Promise<boolean> {
  return (await attempt(session, address, port)).exitCode === 0;
}

/** Whether anything there answers TCP, be it by refusing the connection. Gives up after two seconds. */
export async function tcpAnswers(session: Session, address: string, port: number): Promise<boolean> {
  const { exitCode, stderr } = await attempt(session, address, port);
  return exitCode === 0 || stderr.includes("Connection refused");
}

function attempt(session: Session, address: string, port: number) {
  return session.run(["timeout", "2", "bash", "-c", connectAndClose, "tcp-connect", address, String(port)]);
}
