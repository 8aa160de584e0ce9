package output

import (
	"fmt"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

const noneToBind = "0/%d nodes are available: %d node(s) didn't find available persistent volumes to bind. no new claims to deallocate, preemption: 0/%d nodes are available: %d Preemption is not helpful for scheduling."

func refusal(n int) string { return fmt.Sprintf(noneToBind, n, n, n, n) }

// pendingCases are the situations that the text must tell apart.
func pendingCases() map[string]Pending {
	cases := map[string]Pending{}
	for name, r := range map[string]inspect.PodReport{
		"too-small": tooSmall("big"), "dead-node": deadNode(), "cordoned-home": cordonedHome(), "greedy": greedy(),
		"selector-1000": selectorOnMany(), "csi-no-room": csiNoRoom(), "silent-provisioner": silentProvisioner(),
		"gated": gated(), "other-scheduler": otherScheduler(), "node-name": nodeName(), "forbidden": forbidden(),
		"schedulable": schedulable(), "not-pending": notPending("web-0"), "several-claims": severalClaims(),
		"no-nodes": noNodes(), "cpu-only": cpuOnly(), "claim-missing": claimMissing(), "hostile": hostile(),
		"claim-alone": claimAlone(), "reserved": reservedElsewhere(), "pair": pairOnly(), "mixed-5000": mixed(),
	} {
		cases[name] = Pending{Reports: []inspect.PodReport{r}, Now: readAt()}
	}
	return cases
}

func tooSmall(pod string) inspect.PodReport {
	free := func(n int) func(*inspect.NodeReport) {
		return func(r *inspect.NodeReport) {
			for i := range n {
				aVolume(fmt.Sprintf("local-pv-%s-%d", r.Name, i), "big", inspect.CapacityTooSmall, "500Gi", "100Gi")(r)
			}
		}
	}
	taken := aVolume("local-pv-bound", "big", inspect.ClaimedByOther, "free", "claimed by default/data-mysql-0")
	return pendingPod(pod, inspect.NoMatchingVolume,
		"Pod default/"+pod+" fits no node: claim big asks for 500Gi, and the largest of the 5 free volumes of class local-ssd has 100Gi.",
		aClaim("big", inspect.NoMatchingVolume, "claim big asks for 500Gi, and the largest of the 5 free volumes of class local-ssd has 100Gi",
			counts(map[inspect.VolumeCode]int{inspect.CapacityTooSmall: 5, inspect.ClaimedByOther: 3})),
		aNode("node-0", free(1), taken, noVolumes()), aNode("node-1", free(1), taken, noVolumes()),
		aNode("node-2", free(1), taken, noVolumes()), aNode("node-3", free(2), noVolumes()),
		aNearMiss("local-pv-node-0-0", "node-0", "big", inspect.CapacityTooSmall, "asks 500Gi, has 100Gi"),
		aNearMiss("local-pv-node-1-0", "node-1", "big", inspect.CapacityTooSmall, "asks 500Gi, has 100Gi"),
		aNearMiss("local-pv-node-2-0", "node-2", "big", inspect.CapacityTooSmall, "asks 500Gi, has 100Gi"),
		aFix(inspect.Fix{ID: "volume-big", Titles: facts(fact.New("AddVolume", "request", "500Gi", "claim", "big", "nodes", 4)), Risk: inspect.RiskLow, Manifest: "kind: PersistentVolume\n",
			Notes:    facts(fact.New("DiskNeeded", "node", "node-0", "path", "/mnt/disks/local-big-node-0")),
			Commands: commands(fact.Plugin("why-pending", pod).In("default").With("--print-volume", "node-0").To(fact.Kubectl("create").With("-f", "-"))),
			Nodes:    []string{"node-0", "node-1", "node-2", "node-3"}}),
		aFix(inspect.Fix{ID: "capacitytoosmall-local-pv-node-0-0-big", Titles: facts(fact.New("RecreateClaimWithRequest", "claim", "big", "request", "100Gi")), Risk: inspect.RiskRecreate,
			Manifest: "kind: PersistentVolumeClaim\n",
			Commands: commands(fact.Plugin("why-pending", pod).In("default").With("--print-fix", "capacitytoosmall-local-pv-node-0-0-big").To(fact.Kubectl("replace").With("--force", "-f", "-"))),
			Nodes:    []string{"node-0", "node-1", "node-2", "node-3"}}),
		schedulerSaid(refusal(4)))
}

func deadNode() inspect.PodReport {
	away := func(n *inspect.NodeReport) {
		elsewhere("local-pv-1-0", "data-mysql-1", "node-1")(n)
		refusedBy(inspect.PluginVolumeBinding, "didn't match PersistentVolume's node affinity")(n)
	}
	return pendingPod("mysql-1", inspect.BoundNodeUnfit,
		"Pod default/mysql-1 fits no node: claim data-mysql-1 is bound to local-pv-1-0, which is on node-1, and node-1 has not answered for 14m.",
		aClaim("data-mysql-1", inspect.BoundNodeUnfit, "claim data-mysql-1 is bound to local-pv-1-0, which is on node-1, and node-1 has not answered for 14m",
			asking("100Gi"), bound("local-pv-1-0")),
		aNode("node-0", away, refusedBy("InterPodAffinity", "anti-affinity with mysql-0")),
		aNode("node-1", aVolume("local-pv-1-0", "data-mysql-1", inspect.Match, "", ""), refusedBy("TaintToleration", "taint node.kubernetes.io/unreachable:NoSchedule")),
		aNode("node-2", away), aNode("node-3", away),
		aFix(inspect.Fix{ID: "node-back-node-1", Titles: facts(fact.New("NodeComesBack", "node", "node-1")), Risk: inspect.RiskNone, Nodes: []string{"node-1"}}),
		aFix(inspect.Fix{ID: "empty-data-mysql-1", Titles: facts(fact.New("EmptyVolume", "claim", "data-mysql-1")), Risk: inspect.RiskData,
			Notes:    facts(fact.New("OldDataStays", "volume", "local-pv-1-0"), fact.New("RecoverDoesIt")),
			Commands: commands(fact.Plugin("recover", "node-1")), Nodes: []string{"node-2", "node-3"}}),
		schedulerSaid("0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 node(s) didn't match PersistentVolume's node affinity."))
}

func cordonedHome() inspect.PodReport {
	return pendingPod("db-0", inspect.BoundNodeUnfit,
		"Pod default/db-0 fits no node: claim data-db-0 is bound to local-pv-0, which is on node-0, and node-0 is cordoned.",
		aClaim("data-db-0", inspect.BoundNodeUnfit, "claim data-db-0 is bound to local-pv-0, which is on node-0, and node-0 is cordoned", bound("local-pv-0")),
		aNode("node-0", aVolume("local-pv-0", "data-db-0", inspect.Match, "", ""), refusedBy("NodeUnschedulable", "cordoned")),
		aNode("node-1", elsewhere("local-pv-0", "data-db-0", "node-0"), refusedBy(inspect.PluginVolumeBinding, "didn't match PersistentVolume's node affinity")),
		aFix(inspect.Fix{ID: "uncordon-node-0", Titles: facts(fact.New("Uncordon", "node", "node-0")), Risk: inspect.RiskLow, Commands: commands(fact.Kubectl("uncordon", "node-0")),
			Notes: facts(fact.New("OtherPodsCome")), Nodes: []string{"node-0"}}),
		schedulerSaid(refusal(2)))
}

func greedy() inspect.PodReport {
	return pendingPod("pair", inspect.GreedyMiss,
		"Pod default/pair fits no node: claim data finds no volume on node-0 because the scheduler serves smaller claims first; hdd-30 for log, ssd-20 for data would do for all.",
		aClaim("log", inspect.ClaimOk, "claim log matches ssd-20 on node-0", asking("10Gi"), counts(map[inspect.VolumeCode]int{inspect.Match: 2})),
		aClaim("data", inspect.GreedyMiss, "claim data finds no volume on node-0 because the scheduler serves smaller claims first; hdd-30 for log, ssd-20 for data would do for all",
			asking("15Gi"), counts(map[inspect.VolumeCode]int{inspect.SelectorMismatch: 1, inspect.Match: 1})),
		aNode("node-0", aVolume("hdd-30", "log", inspect.NotChosen, "10Gi", "30Gi"), aVolume("ssd-20", "log", inspect.Match, "10Gi", "20Gi"),
			aVolume("hdd-30", "data", inspect.SelectorMismatch, "disk=ssd", "disk=hdd"),
			aVolume("ssd-20", "data", inspect.TakenBySibling, "free", "taken by claim log of the same Pod"), noVolumes()),
		aNearMiss("hdd-30", "node-0", "data", inspect.SelectorMismatch, "asks disk=ssd, has disk=hdd"),
		aFix(inspect.Fix{ID: "reserve-ssd-20", Titles: facts(fact.New("Reserve", "volume", "ssd-20", "claim", "data")), Risk: inspect.RiskLow, Notes: facts(fact.New("ClaimBoundAtOnce")),
			Commands: commands(fact.Kubectl("patch", "pv", "ssd-20").With("--type=json", "-p", `[{"op":"test","path":"/metadata/uid","value":"u-20"},{"op":"add","path":"/spec/claimRef","value":{"name":"data","namespace":"default"}}]`)),
			Nodes:    []string{"node-0"}}),
		schedulerSaid(refusal(1)))
}

func selectorOnMany() inspect.PodReport {
	const nodes = 1000
	edits := []edit{aClaim("data", inspect.NoMatchingVolume, "claim data: all 2000 free volumes of class local-ssd are without the labels asked for (e.g. pv-0-0: asks disk=nvme, has disk=ssd)",
		counts(map[inspect.VolumeCode]int{inspect.SelectorMismatch: 2 * nodes}))}
	for i := range nodes {
		name := fmt.Sprintf("node-%d", i)
		one := []func(*inspect.NodeReport){noVolumes()}
		if i == 17 || i == 400 {
			one = append(one, refusedBy("NodeUnschedulable", "cordoned"))
		}
		for j := range 2 {
			v := fmt.Sprintf("pv-%d-%d", i, j)
			one = append(one, aVolume(v, "data", inspect.SelectorMismatch, "disk=nvme", "disk=ssd"))
			edits = append(edits, aNearMiss(v, name, "data", inspect.SelectorMismatch, "asks disk=nvme, has disk=ssd"))
		}
		edits = append(edits, aNode(name, one...))
	}
	edits = append(edits, aFix(inspect.Fix{ID: "label-pv-0-0", Titles: facts(fact.New("LabelVolume", "volume", "pv-0-0", "labels", []string{"disk=nvme"}, "claim", "data")), Risk: inspect.RiskLow,
		Notes: facts(fact.New("LabelMustBeTrue")), Commands: commands(fact.Kubectl("label", "pv", "pv-0-0", "disk=nvme").With("--overwrite")), Nodes: []string{"node-0"}}),
		schedulerSaid(refusal(nodes)))
	return pendingPod("fast", inspect.NoMatchingVolume,
		"Pod default/fast fits no node: claim data: all 2000 free volumes of class local-ssd are without the labels asked for (e.g. pv-0-0: asks disk=nvme, has disk=ssd).", edits...)
}

func csiNoRoom() inspect.PodReport {
	room := func(have string) func(*inspect.NodeReport) {
		return func(n *inspect.NodeReport) {
			r := inspect.Room{Claim: "data", StorageClass: "topolvm", Driver: "topolvm.io", Want: "500Gi", Have: have}
			if have != "nothing reported" {
				r.Free = quantity(have)
			}
			n.Room = append(n.Room, r)
			refusedBy(inspect.PluginVolumeBinding, "did not have enough free storage")(n)
		}
	}
	return pendingPod("lvm", inspect.NoMatchingVolume,
		"Pod default/lvm fits no node: claim data asks for 500Gi, and the most that driver topolvm.io can make for class topolvm is 120Gi, on node-1.",
		aClaim("data", inspect.NoMatchingVolume, "claim data asks for 500Gi, and the most that driver topolvm.io can make for class topolvm is 120Gi, on node-1",
			func(c *inspect.ClaimReport) { c.StorageClass = "topolvm" }),
		aNode("node-0", room("80Gi")), aNode("node-1", room("120Gi")), aNode("node-2", room("nothing reported"), refusedBy("NodeUnschedulable", "cordoned")),
		schedulerSaid("0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) did not have enough free storage."))
}

func silentProvisioner() inspect.PodReport {
	r := pendingPod("slow", inspect.AwaitingProvisioner,
		"Pod default/slow is being placed: claim data waits for provisioner rancher.io/local-path to make a volume on node-2, for 9m.",
		aClaim("data", inspect.AwaitingProvisioner, "claim data waits for provisioner rancher.io/local-path to make a volume on node-2, for 9m"),
		aNode("node-2"))
	r.Schedulable = true
	return r
}

func gated() inspect.PodReport {
	return pendingPod("later", inspect.CauseGated,
		"Pod default/later is held back by the scheduling gate example.org/quota; otherwise it would fit node-0.",
		aClaim("data", inspect.ClaimOk, "claim data matches pv-0 on node-0", counts(map[inspect.VolumeCode]int{inspect.Match: 1})),
		aNode("node-0", aVolume("pv-0", "data", inspect.Match, "500Gi", "500Gi"), func(n *inspect.NodeReport) { n.Feasible = true }),
		schedulerSaid("Scheduling is blocked due to non-empty scheduling gates"))
}

func otherScheduler() inspect.PodReport {
	return pendingPod("batch", inspect.CauseOtherScheduler,
		"Pod default/batch is in the hands of scheduler volcano, which is not simulated; otherwise it would fit no node either: claim data: there are no volumes of class local-ssd.",
		aClaim("data", inspect.NoMatchingVolume, "claim data: there are no volumes of class local-ssd"),
		aNode("node-0", noVolumes()), aNode("node-1", noVolumes()),
		aNote("scheduler volcano is in charge of this Pod; what is said of nodes is what the default scheduler's filters say"))
}

func nodeName() inspect.PodReport {
	return pendingPod("fixed", inspect.CauseNodeNameUnbound,
		"Pod default/fixed names its node (node-0) itself, so the scheduler never sees it and nobody binds its claim data, which waits for the scheduler.",
		aClaim("data", inspect.ClaimOk, "claim data matches pv-0 on node-0", counts(map[inspect.VolumeCode]int{inspect.Match: 1})),
		aNode("node-0", aVolume("pv-0", "data", inspect.Match, "500Gi", "500Gi"), func(n *inspect.NodeReport) { n.Feasible = true }),
		aNode("node-1", noVolumes(), refusedBy("NodeName", "didn't match the requested node name")),
		aFix(inspect.Fix{ID: "selector-fixed", Titles: facts(fact.New("SelectNode", "pod", "fixed", "label", "kubernetes.io/hostname", "value", "node-0")), Risk: inspect.RiskRecreate,
			Manifest: "kind: Pod\n", Nodes: []string{"node-0"}}))
}

func forbidden() inspect.PodReport {
	return pendingPod("blind", inspect.CauseNoNodes,
		"Pod default/blind fits no node: which nodes there are is unknown (forbidden: list nodes).",
		aClaim("data", inspect.NoMatchingVolume, "claim data: which volumes class local-ssd has is unknown (forbidden: list persistentvolumes)"),
		aNote("nodes: unknown (forbidden: list nodes); the answer rests on what could be read"),
		aNote("persistentvolumes: unknown (forbidden: list persistentvolumes); the answer rests on what could be read"),
		aNote("csinodes: unknown (not served by this server); the answer rests on what could be read"),
		aNote("csidrivers: unknown (not served by this server); the answer rests on what could be read"),
		schedulerSaid(refusal(4)))
}

func schedulable() inspect.PodReport {
	r := pendingPod("soon", inspect.CauseSchedulable,
		"Pod default/soon fits node-0, node-3 as things stand: it only waits for the scheduler to try again.",
		aClaim("data", inspect.ClaimOk, "claim data matches pv-0 on node-0"), aNode("node-0"), schedulerSaid(refusal(4)))
	r.Schedulable, r.Scheduler.Agrees, r.Scheduler.SameWords = true, false, false
	return r
}

func notPending(pod string) inspect.PodReport {
	r := pendingPod(pod, inspect.CauseNone, "Pod default/"+pod+" is not pending: it is Running on node-1.")
	r.Pending = false
	return r
}

func severalClaims() inspect.PodReport {
	r := pendingPod("kafka-0", inspect.ClaimTerminating,
		"Pod default/kafka-0 fits no node: claim meta-kafka-0 is being deleted (3m) and held by Pod backup on node-2.",
		aClaim("data-kafka-0", inspect.BoundNodeMissing, "claim data-kafka-0 is bound to pv-9, which is on node-9, and there is no such Node", bound("pv-9")),
		aClaim("meta-kafka-0", inspect.ClaimTerminating, "claim meta-kafka-0 is being deleted (3m) and held by Pod backup on node-2", asking("1Gi")),
		aClaim("log-kafka-0", inspect.NoMatchingVolume, "claim log-kafka-0: 2 volumes of class local-hdd: 1 claimed by others, 1 too small",
			asking("2Ti"), func(c *inspect.ClaimReport) { c.StorageClass = "local-hdd" },
			counts(map[inspect.VolumeCode]int{inspect.ClaimedByOther: 1, inspect.CapacityTooSmall: 1})),
		aNode("node-0", elsewhere("pv-9", "data-kafka-0", "node-9"), aVolume("hdd-0", "log-kafka-0", inspect.CapacityTooSmall, "2Ti", "1Ti")),
		aNode("node-1", elsewhere("pv-9", "data-kafka-0", "node-9"), aVolume("hdd-1", "log-kafka-0", inspect.ClaimedByOther, "free", "claimed by default/x")),
		schedulerSaid(`persistentvolumeclaim "meta-kafka-0" is being deleted. not found`))
	r.Scheduler.SameWords = false
	return r
}

func noNodes() inspect.PodReport {
	return pendingPod("alone", inspect.CauseNoNodes, "Pod default/alone fits no node: the cluster has no nodes.",
		aClaim("data", inspect.NoMatchingVolume, "claim data: there are no volumes of class local-ssd"))
}

func cpuOnly() inspect.PodReport {
	return pendingPod("hungry", inspect.CauseNotVolumes,
		"Pod default/hungry fits no node, and volumes are not the reason: 2 nodes: cpu: asks 16, 4 free, 1 node: taint dedicated=gpu:NoSchedule.",
		aNode("node-0", refusedBy("NodeResourcesFit", "cpu: asks 16, 4 free")), aNode("node-1", refusedBy("NodeResourcesFit", "cpu: asks 16, 4 free")),
		aNode("node-2", refusedBy("TaintToleration", "taint dedicated=gpu:NoSchedule"), refusedBy("NodeResourcesFit", "cpu: asks 16, 500m free")),
		aFix(inspect.Fix{ID: "free-node-0", Titles: facts(fact.New("FreeResources", "node", "node-0", "resources", []string{"cpu"}, "lacks", []string{"12"})), Risk: inspect.RiskLow,
			Notes: facts(fact.New("LargestPods", "pods", []string{"default/batch-7", "default/batch-1"})), Nodes: []string{"node-0"}}),
		schedulerSaid("0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu."))
}

func claimMissing() inspect.PodReport {
	r := pendingPod("lost", inspect.ClaimNotFound, "Pod default/lost fits no node: claim data does not exist in namespace default.",
		func(r *inspect.PodReport) {
			r.Claims = append(r.Claims, inspect.ClaimReport{Name: "data", Code: inspect.ClaimNotFound, Message: "claim data does not exist in namespace default"})
		},
		aNode("node-0"), aNode("node-1", refusedBy("NodeUnschedulable", "cordoned")),
		schedulerSaid(`persistentvolumeclaim "data" not found. not found`))
	return r
}

// hostile has names and messages that would move the cursor, color the terminal or reorder letters.
func hostile() inspect.PodReport {
	return pendingPod("p\x1b[2Jod", inspect.NoMatchingVolume, "Pod default/p\x1b[2Jod fits no node: claim \u202edata\nasks.",
		aClaim("\u202edata", inspect.NoMatchingVolume, "claim \u202edata\nasks", counts(map[inspect.VolumeCode]int{inspect.CapacityTooSmall: 1})),
		aNode("node-0\x1b]0;x\a", aVolume("pv\r", "\u202edata", inspect.CapacityTooSmall, "500Gi", "1Gi\x1b[31m"), noVolumes()),
		aNearMiss("pv\r", "node\n-0", "\u202edata", inspect.CapacityTooSmall, "asks\t500Gi"),
		aFix(inspect.Fix{ID: "x", Titles: facts(fact.New("Uncordon", "node", "ti\x1btle")), Notes: facts(fact.New("OldDataStays", "volume", "no\nte")), Commands: commands(fact.Kubectl("delete", "pv", "x\n rm -rf")), Risk: inspect.RiskData, Nodes: []string{"n\x1b"}}),
		schedulerSaid("said\x1b[8m"), aNote("note\u2028"))
}

func claimAlone() inspect.PodReport {
	return pendingPod("", inspect.NoMatchingVolume,
		"Claim default/spare has no Pod; a Pod that needs nothing else fits no node: claim spare asks for 500Gi, and the largest of the 1 free volume of class local-ssd has 100Gi.",
		aClaim("spare", inspect.NoMatchingVolume, "claim spare asks for 500Gi, and the largest of the 1 free volume of class local-ssd has 100Gi",
			counts(map[inspect.VolumeCode]int{inspect.CapacityTooSmall: 1})),
		aNode("node-0", aVolume("pv-0", "spare", inspect.CapacityTooSmall, "500Gi", "100Gi"), noVolumes()), aNode("node-1", noVolumes()),
		aFix(inspect.Fix{ID: "capacitytoosmall-pv-0-spare", Titles: facts(fact.New("RecreateClaimWithRequest", "claim", "spare", "request", "100Gi")), Risk: inspect.RiskRecreate,
			Manifest: "kind: PersistentVolumeClaim\n", Nodes: []string{"node-0"}}))
}

// pairOnly has nothing that helps alone.
func pairOnly() inspect.PodReport {
	return pendingPod("fast", inspect.NoMatchingVolume, "Pod default/fast fits no node: claim data: 1 free volume of class local-ssd is without the labels asked for.",
		aClaim("data", inspect.NoMatchingVolume, "claim data: 1 free volume of class local-ssd is without the labels asked for"),
		aNode("node-0", refusedBy("NodeUnschedulable", "cordoned"), aVolume("pv-0", "data", inspect.SelectorMismatch, "disk=ssd", "disk=hdd"), noVolumes()),
		aFix(inspect.Fix{ID: "no-selector-data+uncordon-node-0", Titles: facts(fact.New("RecreateClaimWithoutSelector", "claim", "data"), fact.New("Uncordon", "node", "node-0")),
			Risk: inspect.RiskRecreate, Notes: facts(fact.New("ClaimTemplateUnchanged", "owner", "StatefulSet/fast"), fact.New("OtherPodsCome")), Manifest: "kind: PersistentVolumeClaim\n",
			Commands: commands(fact.Plugin("why-pending", "fast").In("default").With("--print-fix", "no-selector-data+uncordon-node-0").To(fact.Kubectl("replace").With("--force", "-f", "-")), fact.Kubectl("uncordon", "node-0")),
			Nodes:    []string{"node-0"}}))
}

func reservedElsewhere() inspect.PodReport {
	away := aVolume("pv-1", "data", inspect.NodeAffinityMismatch, "node-0", "node-1")
	return pendingPod("db", inspect.BoundNodeUnfit,
		"Pod default/db fits no node: claim data is to get the reserved volume pv-1, which is on node-1, and node-1 is cordoned.",
		aClaim("data", inspect.BoundNodeUnfit, "claim data is to get the reserved volume pv-1, which is on node-1, and node-1 is cordoned",
			func(c *inspect.ClaimReport) { c.Reserved = "pv-1" }, counts(map[inspect.VolumeCode]int{inspect.Match: 2})),
		aNode("node-0", aVolume("pv-0", "data", inspect.NotChosen, "", ""), away, noVolumes()),
		aNode("node-1", aVolume("pv-1", "data", inspect.Match, "", ""), refusedBy("NodeUnschedulable", "cordoned")))
}

// mixed has 5,000 nodes that hardly any two of look exactly the same.
func mixed() inspect.PodReport {
	edits := []edit{aClaim("data", inspect.NoMatchingVolume, "claim data asks for 500Gi, and the largest of the 20000 free volumes of class local-ssd has 249Gi",
		counts(map[inspect.VolumeCode]int{inspect.CapacityTooSmall: 20000, inspect.ClaimedByOther: 9000}))}
	for i := range 5000 {
		one := []func(*inspect.NodeReport){noVolumes()}
		for j := range 2 + i%5 {
			one = append(one, aVolume(fmt.Sprintf("pv-%d-%d", i, j), "data", inspect.CapacityTooSmall, "500Gi", fmt.Sprintf("%dGi", 50+i%200)))
		}
		switch {
		case i%10 == 3:
			one = append(one, refusedBy("NodeResourcesFit", fmt.Sprintf("cpu: asks 4, %dm free", i%3900)))
		case i < 30:
			one = append(one, refusedBy("InterPodAffinity", fmt.Sprintf("anti-affinity with web-%d", i)))
		case i%1000 == 999:
			one = append(one, refusedBy("TaintToleration", "taint node.kubernetes.io/disk-pressure:NoSchedule"))
		}
		edits = append(edits, aNode(fmt.Sprintf("ip-10-0-%d-%d.example.internal", i/250, i%250), one...))
	}
	return pendingPod("large", inspect.NoMatchingVolume,
		"Pod default/large fits no node: claim data asks for 500Gi, and the largest of the 20000 free volumes of class local-ssd has 249Gi.", edits...)
}
