package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/hack/byhand"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane/build"
)

func statusCommand(open func() (*state, error)) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Say whether a cluster runs, how its nodes are, and how to reach it",
		Args:  byhand.Usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := open()
			if err != nil {
				return err
			}
			return s.status(cmd.Context())
		},
	}
}

func (s *state) status(ctx context.Context) error {
	cluster, err := s.connect()
	if err != nil {
		return err
	}
	nodes, err := cluster.Client().CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list the nodes of cluster %s: %w", s.name, err)
	}
	table := tabwriter.NewWriter(os.Stderr, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NODE\tREADY\tKUBELET")
	for _, node := range nodes.Items {
		kubelet := "dead"
		if _, alive := node.Labels[controlplane.KubeletLabel]; alive {
			kubelet = "alive"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", node.Name, readiness(&node), kubelet)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	binDir, err := build.Binaries(ctx, os.Stderr)
	if err != nil {
		return err
	}
	s.printEnv(binDir)
	return nil
}

func readiness(node *corev1.Node) corev1.ConditionStatus {
	for _, c := range node.Status.Conditions {
		if c.Type == corev1.NodeReady {
			return c.Status
		}
	}
	return corev1.ConditionUnknown
}
