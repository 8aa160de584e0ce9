// Package drain is the contract between those who plan changes, those who carry them out and those who show them: a Plan with
// its Stages and Steps, the requests that Plans are made from, and the Events and the Result of a run.
//
// The rooms below it do the work. planner turns an inspect.Index and a request into a Plan, without a client or a clock, and
// stands on workload (which Pods and claims belong together), placement (where they fit), liveness (whether a node is dead) and
// retain (what is kept on a volume). execute carries a Plan out against a cluster. It is called drain after kubectl's package,
// and serves five commands: release, reclaim, reattach, recover and drain.
//
// Every command is level-triggered: whatever is needed to finish interrupted work is in the cluster, and planning again from
// there gives the steps that are left.
package drain
