import type { TunnelEndModel } from "../../model/lab-model.ts";

/**
 * The `keepalive` section of a router: a line for each tunnel that sends keepalives, `tunnel0 period 10 retries 3`, in the order
 * declared; empty where none does, and `tw-keepalive` does not run. Addresses and key are read from the kernel's device.
 * @see Cisco 118370 "How GRE Keepalives Work"
 */
export function renderKeepalive(tunnels: readonly Pick<TunnelEndModel, "name" | "keepalive">[]): string {
  return tunnels
    .flatMap(({ name, keepalive }) =>
      keepalive ? [`${name} period ${keepalive.periodSeconds} retries ${keepalive.retryCount}\n`] : [],
    )
    .join("");
}
