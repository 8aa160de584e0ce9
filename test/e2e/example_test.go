package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// examples is where the scenarios are.
const examples = "../../examples"

// example is one file of examples/, ready to be applied.
type example struct {
	// name is the file's name; the namespace, and all that is outside of namespaces, carry it.
	name      string
	namespace string
	nodes     []string // manifests of Nodes
	rest      []string // all other manifests, in order
}

// readExample reads examples/FILE.yaml. With a suffix it is a copy that can live beside the original: the name, wherever it
// stands in the file, is followed by the suffix.
func readExample(t *testing.T, file, suffix string) example {
	t.Helper()
	return readManifest(t, filepath.Join(examples, file+".yaml"), suffix)
}

// readManifest reads a file that is laid out as the examples are.
func readManifest(t *testing.T, file, suffix string) example {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimSuffix(filepath.Base(file), ".yaml")
	text := strings.ReplaceAll(string(data), name, name+suffix)
	e := example{name: name + suffix, namespace: "localpv-" + name + suffix}
	for document := range strings.SplitSeq(text, "\n---\n") {
		if kind.FindStringSubmatch(document)[1] == "Node" {
			e.nodes = append(e.nodes, document)
		} else {
			e.rest = append(e.rest, document)
		}
	}
	return e
}

var (
	kind       = regexp.MustCompile(`(?m)^kind: (\w+)$`)
	objectName = regexp.MustCompile(`(?m)^  name: (\S+)$`)
	volumeName = regexp.MustCompile(`(?m)^metadata: {name: ([^,}]+)`)
)

// applyNodes applies the Nodes of all examples and returns when each is Ready, or NotReady if it shall be: until then the
// scheduler refuses them for a reason that is not the example's.
func applyNodes(ctx context.Context, all ...example) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(20)
	for _, e := range all {
		for _, node := range e.nodes {
			group.Go(func() error { return applyNode(ctx, node) })
		}
	}
	return group.Wait()
}

func applyNode(ctx context.Context, manifest string) error {
	if err := cluster.Apply(ctx, manifest); err != nil {
		return err
	}
	wanted := controlplane.NodeReady
	if strings.Contains(manifest, controlplane.UnreadyAnnotation) {
		wanted = notReadyAndTainted
	}
	_, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().Nodes(), objectName.FindStringSubmatch(manifest)[1], wanted)
	return err
}

// notReadyAndTainted is met when the node lifecycle controller has seen that the Node is not ready.
func notReadyAndTainted(node *corev1.Node) (bool, string) {
	met, state := controlplane.NodeNotReady(node)
	for _, taint := range node.Spec.Taints {
		if taint.Key == corev1.TaintNodeNotReady && taint.Effect == corev1.TaintEffectNoSchedule {
			return met, state
		}
	}
	return false, state
}

// applyRest applies everything but the Nodes, and returns when the volume controller has seen the volumes.
func applyRest(ctx context.Context, e example) error {
	for _, manifest := range e.rest {
		if err := cluster.Apply(ctx, manifest); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		if kind.FindStringSubmatch(manifest)[1] == "ResourceQuota" {
			if err := waitQuotas(ctx, e.namespace); err != nil {
				return err
			}
		}
	}
	return waitVolumes(ctx, e)
}

// waitVolumes waits until every volume of an example has a phase, and every volume and claim that name each other are bound.
func waitVolumes(ctx context.Context, e example) error {
	client := cluster.Client().CoreV1()
	for _, manifest := range e.rest {
		if kind.FindStringSubmatch(manifest)[1] != "PersistentVolume" {
			continue
		}
		volume, err := controlplane.WaitFor(ctx, client.PersistentVolumes(), volumeName.FindStringSubmatch(manifest)[1], phaseKnown)
		if err != nil {
			return err
		}
		ref := volume.Spec.ClaimRef
		if ref == nil || volume.Status.Phase == corev1.VolumeReleased {
			continue
		}
		claim, err := client.PersistentVolumeClaims(ref.Namespace).Get(ctx, ref.Name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) || err == nil && claim.Spec.VolumeName != volume.Name {
			continue
		}
		if err != nil {
			return err
		}
		bound := controlplane.ClaimPhase(corev1.ClaimBound)
		if _, err := controlplane.WaitFor(ctx, client.PersistentVolumeClaims(ref.Namespace), ref.Name, bound); err != nil {
			return err
		}
	}
	return nil
}

// phaseKnown is met by a volume that the volume controller has looked at.
func phaseKnown(volume *corev1.PersistentVolume) (bool, string) {
	if volume == nil {
		return false, "it does not exist"
	}
	return volume.Status.Phase != "" && volume.Status.Phase != corev1.VolumePending, string(volume.Status.Phase)
}

// waitQuotas waits until the quotas of a namespace count: the API server enforces what their status says.
func waitQuotas(ctx context.Context, namespace string) error {
	return controlplane.WaitForAll(ctx, cluster.Client().CoreV1().ResourceQuotas(namespace), "in "+namespace, metav1.ListOptions{},
		func(quotas []*corev1.ResourceQuota) (bool, string) {
			counting := func(q *corev1.ResourceQuota) bool { return len(q.Status.Hard) == len(q.Spec.Hard) }
			return !slices.ContainsFunc(quotas, func(q *corev1.ResourceQuota) bool { return !counting(q) }), fmt.Sprintf("%d quotas", len(quotas))
		})
}
