package pending

import (
	"fmt"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
)

const noneToBind = "0/%d nodes are available: %d node(s) didn't find available persistent volumes to bind. no new claims to deallocate, preemption: 0/%d nodes are available: %d Preemption is not helpful for scheduling."

func refusal(n int) string { return fmt.Sprintf(noneToBind, n, n, n, n) }

// pendingCases are the situations that the text must tell apart.
func pendingCases() map[string]Page {
	cases := map[string]Page{}
	for name, r := range map[string]pending.PodReport{
		"too-small": tooSmall("big"), "dead-node": deadNode(), "cordoned-home": cordonedHome(), "greedy": greedy(),
		"selector-1000": selectorOnMany(), "csi-no-room": csiNoRoom(), "silent-provisioner": silentProvisioner(),
		"gated": gated(), "other-scheduler": otherScheduler(), "node-name": nodeName(), "forbidden": forbidden(),
		"schedulable": schedulable(), "not-pending": notPending("web-0"), "several-claims": severalClaims(),
		"no-nodes": noNodes(), "cpu-only": cpuOnly(), "claim-missing": claimMissing(), "hostile": hostile(),
		"home-unknown": homeUnknown(), "foreign-claim": foreignClaim(), "several-homes": severalHomes(),
		"claim-alone": claimAlone(), "reserved": reservedElsewhere(), "pair": pairOnly(), "mixed-5000": mixed(),
	} {
		cases[name] = Page{Reports: []pending.PodReport{r}, Now: readAt()}
	}
	return cases
}

func tooSmall(pod string) pending.PodReport {
	free := func(n int) func(*pending.NodeReport) {
		return func(r *pending.NodeReport) {
			for i := range n {
				aVolume(fmt.Sprintf("local-pv-%s-%d", r.Names[0], i), "big", inspect.CapacityTooSmall, "500Gi", "100Gi")(r)
			}
		}
	}
	taken := aVolume("local-pv-bound", "big", inspect.ClaimedByOther, "", "default/data-mysql-0")
	return pendingPod(pod, inspect.NoMatchingVolume,
		byClaim(tooSmallFor("big", 5, "100Gi")),
		aClaim("big", inspect.NoMatchingVolume, tooSmallFor("big", 5, "100Gi"),
			counts(map[inspect.VolumeCode]int{inspect.CapacityTooSmall: 5, inspect.ClaimedByOther: 3})),
		aNode("node-0", free(1), taken, noVolumes()), aNode("node-1", free(1), taken, noVolumes()),
		aNode("node-2", free(1), taken, noVolumes()), aNode("node-3", free(2), noVolumes()),
		aNearMiss("local-pv-node-0-0", "node-0", "big", inspect.CapacityTooSmall, "500Gi", "100Gi"),
		aNearMiss("local-pv-node-1-0", "node-1", "big", inspect.CapacityTooSmall, "500Gi", "100Gi"),
		aNearMiss("local-pv-node-2-0", "node-2", "big", inspect.CapacityTooSmall, "500Gi", "100Gi"),
		aFix(fix.Fix{ID: "volume-big", Titles: facts(fact.New("AddVolume", "request", "500Gi", "claim", "big", "nodes", 4)), Risk: fix.RiskLow, Manifest: "kind: PersistentVolume\n",
			Notes:    facts(fact.New("DiskNeeded", "node", "node-0", "path", "/mnt/disks/local-big-node-0")),
			Commands: commands(fact.Plugin("why-pending", pod).In("default").With("--print-volume", "node-0").To(fact.Kubectl("create").With("-f", "-"))),
			Nodes:    []string{"node-0", "node-1", "node-2", "node-3"}}),
		aFix(fix.Fix{ID: "capacitytoosmall-local-pv-node-0-0-big", Titles: facts(fact.New("RecreateClaimWithRequest", "claim", "big", "request", "100Gi")), Risk: fix.RiskRecreate,
			Manifest: "kind: PersistentVolumeClaim\n",
			Commands: commands(fact.Plugin("why-pending", pod).In("default").With("--print-fix", "capacitytoosmall-local-pv-node-0-0-big").To(fact.Kubectl("replace").With("--force", "-f", "-"))),
			Nodes:    []string{"node-0", "node-1", "node-2", "node-3"}}),
		schedulerSaid(refusal(4)))
}

func deadNode() pending.PodReport {
	away := func(n *pending.NodeReport) {
		elsewhere("local-pv-1-0", "data-mysql-1", "node-1")(n)
		inWords(inspect.PluginVolumeBinding, "didn't match PersistentVolume's node affinity")(n)
	}
	why := boundTo("data-mysql-1", "local-pv-1-0", "node-1", fact.New("HomeUnreachable", "nodes", []string{"node-1"}, "since", "14m"))
	return pendingPod("mysql-1", inspect.BoundNodeUnfit, byClaim(why),
		aClaim("data-mysql-1", inspect.BoundNodeUnfit, why,
			asking("100Gi"), bound("local-pv-1-0")),
		aNode("node-0", away, apartFrom("mysql-0")),
		aNode("node-1", aVolume("local-pv-1-0", "data-mysql-1", inspect.Match, "", ""), tainted("node.kubernetes.io/unreachable:NoSchedule")),
		aNode("node-2", away), aNode("node-3", away),
		aFix(fix.Fix{ID: "node-back-node-1", Titles: facts(fact.New("NodeComesBack", "node", "node-1")), Risk: fix.RiskNone, Nodes: []string{"node-1"}}),
		aFix(fix.Fix{ID: "empty-data-mysql-1", Titles: facts(fact.New("EmptyVolume", "claim", "data-mysql-1")), Risk: fix.RiskData,
			Notes:    facts(fact.New("OldDataStays", "volume", "local-pv-1-0"), fact.New("RecoverDoesIt")),
			Commands: commands(fact.Plugin("recover", "node-1")), Nodes: []string{"node-2", "node-3"}}),
		schedulerSaid("0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 node(s) didn't match PersistentVolume's node affinity."))
}

func cordonedHome() pending.PodReport {
	why := boundTo("data-db-0", "local-pv-0", "node-0", fact.New("HomeCordoned", "nodes", []string{"node-0"}))
	return pendingPod("db-0", inspect.BoundNodeUnfit, byClaim(why),
		aClaim("data-db-0", inspect.BoundNodeUnfit, why, bound("local-pv-0")),
		aNode("node-0", aVolume("local-pv-0", "data-db-0", inspect.Match, "", ""), cordoned()),
		aNode("node-1", elsewhere("local-pv-0", "data-db-0", "node-0"), inWords(inspect.PluginVolumeBinding, "didn't match PersistentVolume's node affinity")),
		aFix(fix.Fix{ID: "uncordon-node-0", Titles: facts(fact.New("Uncordon", "node", "node-0")), Risk: fix.RiskLow, Commands: commands(fact.Kubectl("uncordon", "node-0")),
			Notes: facts(fact.New("OtherPodsCome")), Nodes: []string{"node-0"}}),
		schedulerSaid(refusal(2)))
}

// foreignClaim finds a claim that is not its own, and the class of that has a volume on one of the nodes.
func foreignClaim() pending.PodReport {
	why := fact.New("ClaimOfAnotherOwner", "claim", "db-scratch", "pod", "db")
	return pendingPod("db", inspect.EphemeralClaimNotOwned, byClaim(why),
		aClaim("db-scratch", inspect.EphemeralClaimNotOwned, why, counts(map[inspect.VolumeCode]int{inspect.Match: 1})),
		aNode("node-0", aVolume("pv-0", "db-scratch", inspect.Match, "500Gi", "500Gi")), aNode("node-1"))
}

// homeUnknown has its data where no Node says that it is that one.
func homeUnknown() pending.PodReport {
	differ := fact.New("NodeLabelsDiffer", "node", "node-0")
	why := fact.New(pending.CodePinnedToUnknownHome, "claim", "data", "binding", "bound", "volume", "pv-0", "why", differ)
	away := func(n *pending.NodeReport) {
		n.Volumes = append(n.Volumes, pending.VolumeReason{Name: "pv-0", Claim: "data", Code: inspect.NodeAffinityMismatch,
			Reason: fact.New(pending.CodeBoundHomeUnknown, "why", differ)})
		inWords(inspect.PluginVolumeBinding, "didn't match PersistentVolume's node affinity")(n)
	}
	return pendingPod("db", inspect.BoundNodeUnfit, byClaim(why),
		aClaim("data", inspect.BoundNodeUnfit, why, bound("pv-0")), aNode("node-0", away), aNode("node-1", away))
}

// severalHomes has a volume that three nodes can use, two of which lack the same.
func severalHomes() pending.PodReport {
	here := aVolume("pv-0", "data", inspect.Match, "", "")
	why := fact.New("PinnedToUnfitNode", "claim", "data", "binding", "bound", "volume", "pv-0", "nodes", []string{"node-0", "node-1", "node-2"}, "refusals", facts(
		fact.New("HomeRefusesPod", "nodes", []string{"node-0", "node-1"}, "why", facts(fact.New(pending.CodeResourceLacking, "subject", "cpu", "want", "2", "have", "500m"))),
		fact.New("HomeCordoned", "nodes", []string{"node-2"})))
	return pendingPod("db", inspect.BoundNodeUnfit, byClaim(why),
		aClaim("data", inspect.BoundNodeUnfit, why, bound("pv-0")),
		aNode("node-0", here, lacking("cpu", "2", "500m")), aNode("node-1", here, lacking("cpu", "2", "500m")), aNode("node-2", here, cordoned()))
}

func greedy() pending.PodReport {
	why := fact.New("SmallerClaimsFirst", "claim", "data", "node", "node-0", "assignment",
		facts(fact.New("VolumeForClaim", "volume", "hdd-30", "claim", "log"), fact.New("VolumeForClaim", "volume", "ssd-20", "claim", "data")))
	return pendingPod("pair", inspect.GreedyMiss, byClaim(why),
		aClaim("log", inspect.ClaimOk, matches("log", "ssd-20", "node-0"), asking("10Gi"), counts(map[inspect.VolumeCode]int{inspect.Match: 2})),
		aClaim("data", inspect.GreedyMiss, why,
			asking("15Gi"), counts(map[inspect.VolumeCode]int{inspect.SelectorMismatch: 1, inspect.Match: 1})),
		aNode("node-0", notChosen("hdd-30", "log", fact.New("SmallerVolumeFirst", "subject", "ssd-20", "size", "20Gi", "want", "10Gi", "have", "30Gi")), aVolume("ssd-20", "log", inspect.Match, "10Gi", "20Gi"),
			aVolume("hdd-30", "data", inspect.SelectorMismatch, "disk=ssd", "disk=hdd"),
			aVolume("ssd-20", "data", inspect.TakenBySibling, "", "log"), noVolumes()),
		aNearMiss("hdd-30", "node-0", "data", inspect.SelectorMismatch, "disk=ssd", "disk=hdd"),
		aFix(fix.Fix{ID: "reserve-ssd-20", Titles: facts(fact.New("Reserve", "volume", "ssd-20", "claim", "data")), Risk: fix.RiskLow, Notes: facts(fact.New("ClaimBoundAtOnce")),
			Commands: commands(fact.Kubectl("patch", "pv", "ssd-20").With("--type=json", "-p", `[{"op":"test","path":"/metadata/uid","value":"u-20"},{"op":"add","path":"/spec/claimRef","value":{"name":"data","namespace":"default"}}]`)),
			Nodes:    []string{"node-0"}}),
		schedulerSaid(refusal(1)))
}

func selectorOnMany() pending.PodReport {
	const nodes = 1000
	why := fact.New("FreeVolumesFailAlike", "claim", "data", "class", "local-ssd", "count", 2*nodes, "check", inspect.SelectorMismatch, "volume", "pv-0-0",
		"why", fact.New("LabelsDiffer", "want", []string{"disk=nvme"}, "have", []string{"disk=ssd"}))
	edits := []edit{aClaim("data", inspect.NoMatchingVolume, why,
		counts(map[inspect.VolumeCode]int{inspect.SelectorMismatch: 2 * nodes}))}
	for i := range nodes {
		name := fmt.Sprintf("node-%d", i)
		one := []func(*pending.NodeReport){noVolumes()}
		if i == 17 || i == 400 {
			one = append(one, cordoned())
		}
		for j := range 2 {
			v := fmt.Sprintf("pv-%d-%d", i, j)
			one = append(one, aVolume(v, "data", inspect.SelectorMismatch, "disk=nvme", "disk=ssd"))
			edits = append(edits, aNearMiss(v, name, "data", inspect.SelectorMismatch, "disk=nvme", "disk=ssd"))
		}
		edits = append(edits, aNode(name, one...))
	}
	edits = append(edits, aFix(fix.Fix{ID: "label-pv-0-0", Titles: facts(fact.New("LabelVolume", "volume", "pv-0-0", "labels", []string{"disk=nvme"}, "claim", "data")), Risk: fix.RiskLow,
		Notes: facts(fact.New("LabelMustBeTrue")), Commands: commands(fact.Kubectl("label", "pv", "pv-0-0", "disk=nvme").With("--overwrite")), Nodes: []string{"node-0"}}),
		schedulerSaid(refusal(nodes)))
	return pendingPod("fast", inspect.NoMatchingVolume, byClaim(why), edits...)
}

func csiNoRoom() pending.PodReport {
	room := func(have string) func(*pending.NodeReport) {
		return func(n *pending.NodeReport) {
			r := pending.Room{Claim: "data", StorageClass: "topolvm", Driver: "topolvm.io", Want: "500Gi", Have: have}
			if have != "" {
				r.Free = quantity(have)
			}
			n.Room = append(n.Room, r)
			inWords(inspect.PluginVolumeBinding, "did not have enough free storage")(n)
		}
	}
	why := fact.New("DriverRoomTooSmall", "claim", "data", "want", "500Gi", "driver", "topolvm.io", "class", "topolvm", "have", "120Gi", "node", "node-1")
	return pendingPod("lvm", inspect.NoMatchingVolume, byClaim(why),
		aClaim("data", inspect.NoMatchingVolume, why,
			func(c *pending.ClaimReport) { c.StorageClass = "topolvm" }),
		aNode("node-0", room("80Gi")), aNode("node-1", room("120Gi")), aNode("node-2", room(""), cordoned()),
		schedulerSaid("0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) did not have enough free storage."))
}

func silentProvisioner() pending.PodReport {
	why := fact.New("ProvisioningAwaited", "claim", "data", "provisioner", "rancher.io/local-path", "node", "node-2", "waited", fact.New("WaitedSinceEvent", "since", "9m"))
	r := pendingPod("slow", inspect.AwaitingProvisioner, fact.New("BeingPlaced", "why", why),
		aClaim("data", inspect.AwaitingProvisioner, why),
		aNode("node-2"))
	r.Schedulable = true
	return r
}

func gated() pending.PodReport {
	return pendingPod("later", pending.CauseGated, fact.New("SchedulingGated", "gates", []string{"example.org/quota"},
		"otherwise", fact.New("OtherwiseFits", "nodes", []string{"node-0"}, "count", 1)),
		aClaim("data", inspect.ClaimOk, matches("data", "pv-0", "node-0"), counts(map[inspect.VolumeCode]int{inspect.Match: 1})),
		aNode("node-0", aVolume("pv-0", "data", inspect.Match, "500Gi", "500Gi"), func(n *pending.NodeReport) { n.Feasible = true }),
		schedulerSaid("Scheduling is blocked due to non-empty scheduling gates"))
}

func otherScheduler() pending.PodReport {
	return pendingPod("batch", pending.CauseOtherScheduler, fact.New("SchedulerNotSimulated", "scheduler", "volcano",
		"otherwise", fact.New("OtherwiseRefusedToo", "why", noVolumeFor("data"))),
		aClaim("data", inspect.NoMatchingVolume, noVolumeFor("data")),
		aNode("node-0", noVolumes()), aNode("node-1", noVolumes()),
		aNote(fact.New("AnotherSchedulerInCharge", "scheduler", "volcano")))
}

func nodeName() pending.PodReport {
	return pendingPod("fixed", pending.CauseNodeNameUnbound, fact.New("NodeNameBypassesScheduler", "node", "node-0", "claim", "data"),
		aClaim("data", inspect.ClaimOk, matches("data", "pv-0", "node-0"), counts(map[inspect.VolumeCode]int{inspect.Match: 1})),
		aNode("node-0", aVolume("pv-0", "data", inspect.Match, "500Gi", "500Gi"), func(n *pending.NodeReport) { n.Feasible = true }),
		aNode("node-1", noVolumes(), inWords("NodeName", "didn't match the requested node name")),
		aFix(fix.Fix{ID: "selector-fixed", Titles: facts(fact.New("SelectNode", "pod", "fixed", "label", "kubernetes.io/hostname", "value", "node-0")), Risk: fix.RiskRecreate,
			Manifest: "kind: Pod\n", Nodes: []string{"node-0"}}))
}

func forbidden() pending.PodReport {
	const noVolumes = "forbidden: list persistentvolumes"
	return pendingPod("blind", pending.CauseNoNodes, fact.New("NodesUnknown", "why", unread(inspect.Nodes, "forbidden: list nodes")),
		aClaim("data", inspect.NoMatchingVolume, fact.New("ClaimVolumesUnread", "claim", "data", "class", "local-ssd", "why", unread(inspect.PersistentVolumes, noVolumes))),
		restsOnRest("forbidden: list nodes", "nodes"), restsOnRest(noVolumes, "persistentvolumes"), restsOnRest("not served by this server", "csinodes", "csidrivers"),
		schedulerSaid(refusal(4)))
}

func schedulable() pending.PodReport {
	r := pendingPod("soon", pending.CauseSchedulable, fact.New("PodFits", "nodes", []string{"node-0", "node-3"}, "count", 2),
		aClaim("data", inspect.ClaimOk, matches("data", "pv-0", "node-0")), aNode("node-0"), schedulerSaid(refusal(4)))
	r.Schedulable, r.Scheduler.Agrees, r.Scheduler.SameWords = true, false, false
	return r
}

func notPending(pod string) pending.PodReport {
	r := pendingPod(pod, pending.CauseNone, fact.New("PodNotPending", "phase", "Running", "node", "node-1"))
	r.Pending = false
	return r
}

func severalClaims() pending.PodReport {
	why := fact.New("TerminatingClaimHeld", "claim", "meta-kafka-0", "since", "3m", "holders", facts(fact.New("PodOnNode", "pod", "backup", "node", "node-2")))
	gone := fact.New("PinnedToMissingNode", "claim", "data-kafka-0", "binding", "bound", "volume", "pv-9", "nodes", []string{"node-9"})
	fail := fact.New(pending.CodeVolumesFail, "claim", "log-kafka-0", "why", fact.New("VolumesFail", "class", "local-hdd", "count", 2, "parts",
		facts(fact.New("VolumesFailing", "count", 1, "check", inspect.ClaimedByOther, "by", match.LivingClaim, "claims", []string{"default/other"}), fact.New("VolumesFailing", "count", 1, "check", inspect.CapacityTooSmall, "by", "", "claims", []string{}))))
	r := pendingPod("kafka-0", inspect.ClaimTerminating, byClaim(why),
		aClaim("data-kafka-0", inspect.BoundNodeMissing, gone, bound("pv-9")),
		aClaim("meta-kafka-0", inspect.ClaimTerminating, why, asking("1Gi")),
		aClaim("log-kafka-0", inspect.NoMatchingVolume, fail,
			asking("2Ti"), func(c *pending.ClaimReport) { c.StorageClass = "local-hdd" },
			counts(map[inspect.VolumeCode]int{inspect.ClaimedByOther: 1, inspect.CapacityTooSmall: 1})),
		aNode("node-0", elsewhere("pv-9", "data-kafka-0", "node-9"), aVolume("hdd-0", "log-kafka-0", inspect.CapacityTooSmall, "2Ti", "1Ti")),
		aNode("node-1", elsewhere("pv-9", "data-kafka-0", "node-9"), aVolume("hdd-1", "log-kafka-0", inspect.ClaimedByOther, "", "default/x")),
		schedulerSaid(`persistentvolumeclaim "meta-kafka-0" is being deleted. not found`))
	r.Scheduler.SameWords = false
	return r
}

func noNodes() pending.PodReport {
	return pendingPod("alone", pending.CauseNoNodes, fact.New("NoNodes"),
		aClaim("data", inspect.NoMatchingVolume, noVolumeFor("data")))
}

func cpuOnly() pending.PodReport {
	return pendingPod("hungry", pending.CauseNotVolumes, fact.New("NodesRefuse", "more", 0, "parts", facts(
		fact.New("NodesRefusing", "count", 2, "why", facts(fact.New("ResourceLacking", "subject", "cpu", "want", "16", "have", "4"))),
		fact.New("NodesRefusing", "count", 1, "why", facts(fact.New("UntoleratedTaint", "subject", "dedicated=gpu:NoSchedule"))))),
		aNode("node-0", lacking("cpu", "16", "4")), aNode("node-1", lacking("cpu", "16", "4")),
		aNode("node-2", tainted("dedicated=gpu:NoSchedule"), lacking("cpu", "16", "500m")),
		aFix(fix.Fix{ID: "free-node-0", Titles: facts(fact.New("FreeResources", "node", "node-0", "resources", []string{"cpu"}, "lacks", []string{"12"})), Risk: fix.RiskLow,
			Notes: facts(fact.New("LargestPods", "pods", facts(holdsCPU("default/batch-7", "12"), holdsCPU("default/batch-1", "500m")), "count", 2)), Nodes: []string{"node-0"}}),
		schedulerSaid("0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu."))
}

func claimMissing() pending.PodReport {
	why := fact.New("ClaimAbsent", "claim", "data", "namespace", "default", "left", []fact.Fact{})
	r := pendingPod("lost", inspect.ClaimNotFound, byClaim(why),
		func(r *pending.PodReport) {
			r.Claims = append(r.Claims, pending.ClaimReport{Name: "data", Code: inspect.ClaimNotFound, Reason: why})
		},
		aNode("node-0"), aNode("node-1", cordoned()),
		schedulerSaid(`persistentvolumeclaim "data" not found. not found`))
	return r
}

// hostile has names and messages that would move the cursor, color the terminal or reorder letters.
func hostile() pending.PodReport {
	return pendingPod("p\x1b[2Jod", inspect.NoMatchingVolume, byClaim(tooSmallFor("\u202edata", 1, "1Gi\nand less")),
		aClaim("\u202edata", inspect.NoMatchingVolume, tooSmallFor("\u202edata", 1, "1Gi\nand less"), counts(map[inspect.VolumeCode]int{inspect.CapacityTooSmall: 1})),
		aNode("node-0\x1b]0;x\a", aVolume("pv\r", "\u202edata", inspect.CapacityTooSmall, "500Gi", "1Gi\x1b[31m"), noVolumes()),
		aNearMiss("pv\r", "node\n-0", "\u202edata", inspect.CapacityTooSmall, "\t500Gi", "1Gi"),
		aFix(fix.Fix{ID: "x", Titles: facts(fact.New("Uncordon", "node", "ti\x1btle")), Notes: facts(fact.New("OldDataStays", "volume", "no\nte")), Commands: commands(fact.Kubectl("delete", "pv", "x\n rm -rf")), Risk: fix.RiskData, Nodes: []string{"n\x1b"}}),
		schedulerSaid("said\x1b[8m"), aNote(fact.New("EqualVolumesDecide", "node", "node\u2028")))
}

func claimAlone() pending.PodReport {
	r := pendingPod("", inspect.NoMatchingVolume, byClaim(tooSmallFor("spare", 1, "100Gi")),
		aClaim("spare", inspect.NoMatchingVolume, tooSmallFor("spare", 1, "100Gi"),
			counts(map[inspect.VolumeCode]int{inspect.CapacityTooSmall: 1})),
		aNode("node-0", aVolume("pv-0", "spare", inspect.CapacityTooSmall, "500Gi", "100Gi"), noVolumes()), aNode("node-1", noVolumes()),
		aFix(fix.Fix{ID: "capacitytoosmall-pv-0-spare", Titles: facts(fact.New("RecreateClaimWithRequest", "claim", "spare", "request", "100Gi")), Risk: fix.RiskRecreate,
			Manifest: "kind: PersistentVolumeClaim\n", Nodes: []string{"node-0"}}))
	r.Cause.Reason = r.Cause.Reason.With("about", fact.New("AboutClaim", "namespace", "default", "claim", "spare"))
	return r
}

// pairOnly has nothing that helps alone.
func pairOnly() pending.PodReport {
	why := fact.New("OneFreeVolumeFails", "claim", "data", "class", "local-ssd", "volume", "pv-0",
		"why", fact.New("LabelsDiffer", "want", []string{"disk=ssd"}, "have", []string{"disk=hdd"}))
	return pendingPod("fast", inspect.NoMatchingVolume, byClaim(why),
		aClaim("data", inspect.NoMatchingVolume, why),
		aNode("node-0", cordoned(), aVolume("pv-0", "data", inspect.SelectorMismatch, "disk=ssd", "disk=hdd"), noVolumes()),
		aFix(fix.Fix{ID: "no-selector-data+uncordon-node-0", Titles: facts(fact.New("RecreateClaimWithoutSelector", "claim", "data"), fact.New("Uncordon", "node", "node-0")),
			Risk: fix.RiskRecreate, Notes: facts(fact.New("ClaimTemplateUnchanged", "owner", "StatefulSet/fast"), fact.New("OtherPodsCome")), Manifest: "kind: PersistentVolumeClaim\n",
			Commands: commands(fact.Plugin("why-pending", "fast").In("default").With("--print-fix", "no-selector-data+uncordon-node-0").To(fact.Kubectl("replace").With("--force", "-f", "-")), fact.Kubectl("uncordon", "node-0")),
			Nodes:    []string{"node-0"}}))
}

func reservedElsewhere() pending.PodReport {
	away := aVolume("pv-1", "data", inspect.NodeAffinityMismatch, "", "node-1")
	reserved := func(n *pending.NodeReport) {
		n.Volumes = append(n.Volumes, pending.VolumeReason{Name: "pv-1", Claim: "data", Code: inspect.Match, Want: "500Gi", Have: "500Gi",
			Reason: fact.New("VolumeReservedForClaim", "want", "500Gi", "have", "500Gi")})
	}
	why := boundTo("data", "pv-1", "node-1", fact.New("HomeCordoned", "nodes", []string{"node-1"})).With("binding", "reserved")
	return pendingPod("db", inspect.BoundNodeUnfit, byClaim(why),
		aClaim("data", inspect.BoundNodeUnfit, why,
			func(c *pending.ClaimReport) { c.Reserved = "pv-1" }, counts(map[inspect.VolumeCode]int{inspect.Match: 2})),
		aNode("node-0", notChosen("pv-0", "data", fact.New("ReservedVolumeElsewhere", "subject", "pv-1", "want", "500Gi", "have", "500Gi")), away, noVolumes()),
		aNode("node-1", reserved, cordoned()))
}

// mixed has 5,000 nodes that hardly any two of look exactly the same.
func mixed() pending.PodReport {
	edits := []edit{aClaim("data", inspect.NoMatchingVolume, tooSmallFor("data", 20000, "249Gi"),
		counts(map[inspect.VolumeCode]int{inspect.CapacityTooSmall: 20000, inspect.ClaimedByOther: 9000}))}
	for i := range 5000 {
		one := []func(*pending.NodeReport){noVolumes()}
		for j := range 2 + i%5 {
			one = append(one, aVolume(fmt.Sprintf("pv-%d-%d", i, j), "data", inspect.CapacityTooSmall, "500Gi", fmt.Sprintf("%dGi", 50+i%200)))
		}
		switch {
		case i%10 == 3:
			one = append(one, lacking("cpu", "4", fmt.Sprintf("%dm", i%3900)))
		case i < 30:
			one = append(one, apartFrom(fmt.Sprintf("web-%d", i)))
		case i%1000 == 999:
			one = append(one, tainted("node.kubernetes.io/disk-pressure:NoSchedule"))
		}
		edits = append(edits, aNode(fmt.Sprintf("ip-10-0-%d-%d.example.internal", i/250, i%250), one...))
	}
	return pendingPod("large", inspect.NoMatchingVolume, byClaim(tooSmallFor("data", 20000, "249Gi")), edits...)
}
