package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// compareList holds ls against the API: every local volume once, in its phase, and at home where its node affinity says.
// The cluster has to be at rest.
func compareList(t *testing.T) {
	t.Helper()
	run := runPlugin(t, "ls", "-o", "json", "--sort-by", "name")
	var list inventory.VolumeList
	if err := json.Unmarshal([]byte(run.out), &list); err != nil {
		t.Fatalf("%v: exit %d: %s", err, run.exit, run.err)
	}
	var got []string
	for _, item := range list.Items {
		var nodes []string
		for _, node := range item.Home.Nodes {
			nodes = append(nodes, node.Name)
		}
		claim := ""
		if item.Claim != nil {
			claim = item.Claim.Namespace + "/" + item.Claim.Name
		}
		got = append(got, strings.Join([]string{item.Name, string(item.Phase), claim, strings.Join(nodes, ",")}, " "))
	}
	if diff := cmp.Diff(volumesByAPI(t), got); diff != "" {
		t.Errorf("the API (-) and ls (+) differ:\n%s", diff)
	}
}

// volumesByAPI are the volumes, all of which are local here, each with its phase, claim and the Nodes that it can be used on.
func volumesByAPI(t *testing.T) []string {
	t.Helper()
	ctx, client := within(t), cluster.Client().CoreV1()
	nodes, err := client.Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	volumes, err := client.PersistentVolumes().List(ctx, metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, volume := range volumes.Items {
		lines = append(lines, strings.Join([]string{volume.Name, string(volume.Status.Phase), claimOf(&volume), homeOf(&volume, nodes.Items)}, " "))
	}
	slices.Sort(lines)
	return lines
}

func claimOf(volume *corev1.PersistentVolume) string {
	if ref := volume.Spec.ClaimRef; ref != nil {
		return ref.Namespace + "/" + ref.Name
	}
	return ""
}

func homeOf(volume *corev1.PersistentVolume, nodes []corev1.Node) string {
	var names []string
	for _, node := range nodes {
		if volumehelpers.CheckNodeAffinity(volume, node.Labels) == nil {
			names = append(names, node.Name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}
