/** One end of a tunnel, as far as its keepalive goes. */
export interface KeepaliveEnd {
  /** The tunnel's device, e.g. `tunnel0`. */
  readonly name: string;
  /** `keepalive seconds retries`: 1 to 32767 seconds, 1 to 255 retries; `null`: none is sent. */
  readonly keepalive: { readonly periodSeconds: number; readonly retryCount: number } | null;
}

/**
 * The `keepalive` section of a router: a line for each tunnel that sends keepalives, `tunnel0 period 10 retries 3`, in the order
 * declared; empty where none does, and `tw-keepalive` does not run. Addresses and key are read from the kernel's device.
 * @see Cisco 118370 "How GRE Keepalives Work"
 */
export function renderKeepalive(tunnels: readonly KeepaliveEnd[]): string {
  return tunnels
    .flatMap(({ name, keepalive }) =>
      keepalive ? [`${name} period ${keepalive.periodSeconds} retries ${keepalive.retryCount}\n`] : [],
    )
    .join("");
}
