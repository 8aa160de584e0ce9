package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/hack/byhand"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// nodeTimeout bounds the wait for the node lifecycle controller, which needs about 12 seconds.
const nodeTimeout = 2 * time.Minute

func nodeCommands(open func() (*state, error)) []*cobra.Command {
	do := func(use, short string, act func(context.Context, *controlplane.Cluster, string) error) *cobra.Command {
		return &cobra.Command{
			Use:   use + " NODE...",
			Short: short,
			Args:  byhand.Usage(cobra.MinimumNArgs(1)),
			RunE: func(cmd *cobra.Command, nodes []string) error {
				return onNodes(cmd.Context(), open, nodes, act)
			},
		}
	}
	return []*cobra.Command{
		do("kill", "Let the kubelets of nodes die, and wait until the nodes are Unknown", kill),
		do("revive", "Bring the kubelets of nodes back, and wait until the nodes are Ready", revive),
		do("delete", "Delete the Node objects, as when the machines were taken away", remove),
		do("add", "Create nodes, and wait until they are Ready", add),
	}
}

func onNodes(ctx context.Context, open func() (*state, error), nodes []string, act func(context.Context, *controlplane.Cluster, string) error) error {
	s, err := open()
	if err != nil {
		return err
	}
	cluster, err := s.connect()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, nodeTimeout)
	defer cancel()
	for _, node := range nodes {
		if err := act(ctx, cluster, node); err != nil {
			return err
		}
	}
	return nil
}

func kill(ctx context.Context, cluster *controlplane.Cluster, node string) error {
	if err := exists(ctx, cluster, node); err != nil {
		return err
	}
	begin := time.Now()
	if err := cluster.Kill(ctx, node); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s: the kubelet is dead, waiting for the control plane to notice\n", node)
	return report(ctx, cluster, node, begin, controlplane.NodeUnknown, "Unknown")
}

func revive(ctx context.Context, cluster *controlplane.Cluster, node string) error {
	if err := exists(ctx, cluster, node); err != nil {
		return err
	}
	begin := time.Now()
	if err := cluster.Revive(ctx, node); err != nil {
		return err
	}
	return report(ctx, cluster, node, begin, controlplane.NodeReady, "Ready")
}

func remove(ctx context.Context, cluster *controlplane.Cluster, node string) error {
	if err := exists(ctx, cluster, node); err != nil {
		return err
	}
	if err := cluster.Delete(ctx, node); err != nil {
		return err
	}
	fmt.Printf("%s is deleted\n", node)
	return nil
}

func add(ctx context.Context, cluster *controlplane.Cluster, node string) error {
	if err := cluster.AddNodes(ctx, controlplane.NewNode(node)); err != nil {
		return err
	}
	fmt.Printf("%s is Ready\n", node)
	return nil
}

func report(ctx context.Context, cluster *controlplane.Cluster, node string, begin time.Time,
	condition controlplane.Condition[*corev1.Node], state string,
) error {
	if _, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().Nodes(), node, condition); err != nil {
		return err
	}
	fmt.Printf("%s is %s after %.0fs\n", node, state, time.Since(begin).Seconds())
	return nil
}

// exists answers a wrong name with the right ones.
func exists(ctx context.Context, cluster *controlplane.Cluster, name string) error {
	list, err := cluster.Client().CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list the nodes: %w", err)
	}
	var names []string
	for _, node := range list.Items {
		if node.Name == name {
			return nil
		}
		names = append(names, node.Name)
	}
	return fmt.Errorf("there is no node %q, only %s", name, strings.Join(names, ", "))
}
