package main

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// The names by which README.md asks for an exchange.
const (
	lsHealthy  = "ls-healthy"
	lsDead     = "ls-dead"
	scheduler  = "scheduler"
	forceOut   = "force-delete"
	whyPending = "why-pending"
	recovery   = "recover"
	lsBack     = "ls-back"
	uncordon   = "uncordon"
	reattach   = "reattach"
)

// member is the Pod under which the node dies.
const member = "mysql-1"

// findings is the exit code of why-pending for a Pod that is blocked.
const findings = 3

// story is the life of a database on local volumes.
type story struct {
	cluster  *controlplane.Cluster
	shell    *shell
	examples string
	// node is the one that dies, and volume the one on it.
	node, volume string
}

func (s *story) tell(ctx context.Context) error {
	if err := s.healthy(ctx); err != nil {
		return err
	}
	if err := s.death(ctx); err != nil {
		return err
	}
	if err := s.diagnosis(ctx); err != nil {
		return err
	}
	if err := s.rescue(ctx); err != nil {
		return err
	}
	return s.comeback(ctx)
}

// healthy is where every story begins.
func (s *story) healthy(ctx context.Context) error {
	s.shell.say("Four nodes with two local disks each, and MySQL with three members.")
	if err := s.cluster.ApplyDir(ctx, s.examples); err != nil {
		return err
	}
	for i := range 3 {
		if _, err := controlplane.WaitFor(ctx, s.pods(), fmt.Sprintf("mysql-%d", i), controlplane.PodReady); err != nil {
			return err
		}
	}
	return s.shell.run(ctx, lsHealthy, 0, "localpv", "ls")
}

// death lets the node of the member die, and an operator who is in a hurry force-delete its Pod.
func (s *story) death(ctx context.Context) error {
	pod, err := s.pods().Get(ctx, member, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("find the node of %s: %w", member, err)
	}
	claim, err := s.cluster.Client().CoreV1().PersistentVolumeClaims(metav1.NamespaceDefault).Get(ctx, "data-"+member, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("find the volume of %s: %w", member, err)
	}
	node := pod.Spec.NodeName
	s.node, s.volume = node, claim.Spec.VolumeName
	s.shell.say("%s, the node of %s, dies. The cluster notices after some seconds.", node, member)
	if err := s.cluster.Kill(ctx, node); err != nil {
		return err
	}
	if _, err := controlplane.WaitFor(ctx, s.cluster.Client().CoreV1().Nodes(), node, controlplane.NodeUnknown); err != nil {
		return err
	}
	if err := s.shell.run(ctx, lsDead, 0, "localpv", "ls"); err != nil {
		return err
	}
	s.shell.say("No kubelet is left on %s that could end the Pod, so someone force-deletes it.", node)
	if err := s.shell.run(ctx, forceOut, 0, "delete", "pod", member, "--force"); err != nil {
		return err
	}
	return s.waitForReplacement(ctx, pod)
}

// waitForReplacement waits until the scheduler has refused the Pod that the StatefulSet creates in place of the old one.
func (s *story) waitForReplacement(ctx context.Context, old *corev1.Pod) error {
	_, err := controlplane.WaitFor(ctx, s.pods(), member, func(pod *corev1.Pod) (bool, string) {
		met, state := controlplane.PodPending(pod)
		return met && pod.UID != old.UID, state
	})
	return err
}

// diagnosis asks the scheduler, and then the plugin.
func (s *story) diagnosis(ctx context.Context) error {
	s.shell.say("The StatefulSet recreates %s, and it stays Pending. What the scheduler says:", member)
	err := s.shell.run(ctx, scheduler, 0, "get", "pod", member, "-o", `jsonpath={.status.conditions[?(@.type=="PodScheduled")].message}{"\n"}`)
	if err != nil {
		return err
	}
	s.shell.say("What the plugin says:")
	return s.shell.run(ctx, whyPending, findings, "localpv", "why-pending", member)
}

// rescue brings the member back on another node: the other members have the data.
func (s *story) rescue(ctx context.Context) error {
	s.shell.say("%s is powered off, which --fenced confirms. In production you would wait longer.", s.node)
	if err := s.shell.run(ctx, recovery, 0, "localpv", "recover", s.node, "--fenced", "--unreachable-for=10s", "--yes"); err != nil {
		return err
	}
	s.shell.say("All members run again. The old volume is Released, with its data.")
	if _, err := controlplane.WaitFor(ctx, s.pods(), member, controlplane.PodReady); err != nil {
		return err
	}
	return s.shell.run(ctx, lsBack, 0, "localpv", "ls")
}

// comeback lets the node return, with the old data on it.
func (s *story) comeback(ctx context.Context) error {
	s.shell.say("%s returns. What it would take to go back to the old disk:", s.node)
	if err := s.cluster.Revive(ctx, s.node); err != nil {
		return err
	}
	if _, err := controlplane.WaitFor(ctx, s.cluster.Client().CoreV1().Nodes(), s.node, controlplane.NodeReady); err != nil {
		return err
	}
	if err := s.shell.run(ctx, uncordon, 0, "uncordon", s.node); err != nil {
		return err
	}
	return s.shell.run(ctx, reattach, 0, "localpv", "reattach", s.volume, "--replace", "--dry-run")
}

func (s *story) pods() typedcorev1.PodInterface {
	return s.cluster.Client().CoreV1().Pods(metav1.NamespaceDefault)
}
