package output

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// The reports here say what package inspect says of such Pods.

func readAt() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

type edit func(*inspect.PodReport)

// pendingPod is a Pod that fits nowhere, as its edits say.
func pendingPod(name string, code any, message string, edits ...edit) inspect.PodReport {
	r := inspect.PodReport{
		Pod:     inspect.ObjectKey{Namespace: "default", Name: name, UID: "u-1"},
		Pending: true,
		Cause:   inspect.Cause{Code: inspect.CauseCode(fmt.Sprint(code)), Message: message},
	}
	for _, e := range edits {
		e(&r)
	}
	return r
}

func aClaim(name string, code inspect.ClaimCode, message string, edits ...func(*inspect.ClaimReport)) edit {
	c := inspect.ClaimReport{
		Name: name, Code: code, Message: message, Request: "500Gi", VolumeMode: "Filesystem",
		AccessModes: []string{"ReadWriteOnce"}, StorageClass: "local-ssd",
	}
	for _, e := range edits {
		e(&c)
	}
	return func(r *inspect.PodReport) { r.Claims = append(r.Claims, c) }
}

func asking(request string) func(*inspect.ClaimReport) {
	return func(c *inspect.ClaimReport) { c.Request = request }
}

func bound(volume string) func(*inspect.ClaimReport) {
	return func(c *inspect.ClaimReport) { c.BoundVolume = volume }
}

func counts(n map[inspect.VolumeCode]int) func(*inspect.ClaimReport) {
	return func(c *inspect.ClaimReport) { c.Volumes = n }
}

func aNode(name string, edits ...func(*inspect.NodeReport)) edit {
	n := inspect.NodeReport{Name: name}
	for _, e := range edits {
		e(&n)
	}
	return func(r *inspect.PodReport) { r.Nodes = append(r.Nodes, n) }
}

func refusedBy(plugin, message string) func(*inspect.NodeReport) {
	return func(n *inspect.NodeReport) {
		n.Reasons = append(n.Reasons, inspect.NodeReason{Plugin: plugin, Code: "UnschedulableAndUnresolvable", Message: message})
	}
}

// noVolumes is the refusal of the plugin that looks for volumes.
func noVolumes() func(*inspect.NodeReport) {
	return refusedBy(inspect.PluginVolumeBinding, "didn't find available persistent volumes to bind")
}

func aVolume(name, claim string, code inspect.VolumeCode, want, have string) func(*inspect.NodeReport) {
	return func(n *inspect.NodeReport) {
		n.Volumes = append(n.Volumes, inspect.VolumeReason{Name: name, Claim: claim, Code: code, Want: want, Have: have,
			Message: fmt.Sprintf("asks %s, has %s", want, have)})
	}
}

func elsewhere(name, claim, home string) func(*inspect.NodeReport) {
	return func(n *inspect.NodeReport) {
		n.Volumes = append(n.Volumes, inspect.VolumeReason{Name: name, Claim: claim, Code: inspect.NodeAffinityMismatch,
			Want: n.Name, Have: home, Message: "bound, and on " + home})
	}
}

func aNearMiss(volume, node, claim string, code inspect.VolumeCode, message string) edit {
	return func(r *inspect.PodReport) {
		r.NearMisses = append(r.NearMisses, inspect.NearMiss{Volume: volume, Node: node, Claim: claim, Code: code, Message: message})
	}
}

func facts(all ...fact.Fact) []fact.Fact { return all }

func commands(all ...fact.Command) []fact.Command { return all }

func aFix(f inspect.Fix) edit { return func(r *inspect.PodReport) { r.Fixes = append(r.Fixes, f) } }

func aNote(text string) edit { return func(r *inspect.PodReport) { r.Notes = append(r.Notes, text) } }

// scheduler is its last word, 14 minutes ago, in the words of the simulation.
func schedulerSaid(message string) edit {
	return func(r *inspect.PodReport) {
		r.Scheduler = &inspect.SchedulerReport{Message: message, At: metav1.NewTime(readAt().Add(-14 * time.Minute)), Agrees: true, SameWords: true}
	}
}
