/** What happens to a lab from outside, what is seen of it, and what heals it: words for docs/survival.md; each has a test of its title. */
export const accidents = [
  {
    title: "a push that cuts the way to its router",
    seen: "the deploy says that no new connection came, and that the router took the push back by itself after 20 s",
    heals: "the router's own timer; nothing is restarted",
  },
  {
    title: "a push beside another one",
    seen: "one is refused: another push came in between",
    heals: "the next deploy",
  },
  {
    title: "a router that loses its power in the middle of a push",
    seen: "the deploy says which router was lost; after its start it has the old configuration, whole",
    heals: "the next deploy; the router is started again",
  },
  {
    title: "a router is killed",
    seen: "the plan starts its container and configures it anew",
    heals: "the next deploy; that router is started again",
  },
  {
    title: "the Docker engine is restarted",
    seen: "the plan starts every container and configures it anew",
    heals: "`up`, or the next deploy; every router is started again",
  },
  {
    title: "the disk is full",
    seen: "Terraform says that there is no space left on the device",
    heals: "`up`, once there is room; what the state lost is removed by its label and built anew",
  },
  {
    title: "the state is cut short",
    seen: "`up` says so, and keeps the remains beside the new state",
    heals: "`up`",
  },
  {
    title: "a lab of the same name is up from another folder",
    seen: "deploy and `up` refuse, and say from where it is up",
    heals: "another name, or `down` in the other folder; nothing of the other lab is touched",
  },
] as const;
