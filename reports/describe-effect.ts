import type { ImpairmentEffect } from "../model/impairment.ts";

/** What is done to packets, in a few words: `nothing passes`, `50 ms ± 5 ms`. */
export function describeEffect(effect: ImpairmentEffect): string {
  switch (effect.kind) {
    case "cut":
      return "nothing passes";
    case "block-icmp":
      return "no ICMP fragmentation needed";
    case "loss":
      return `${effect.percent} % lost`;
    case "delay":
      return effect.jitterMs === 0 ? `${effect.delayMs} ms late` : `${effect.delayMs} ms ± ${effect.jitterMs} ms late`;
    case "mtu":
      return `MTU ${effect.mtuBytes} bytes`;
  }
}
