// Package controlplane runs a real Kubernetes control plane on one machine: etcd, kube-apiserver,
// kube-controller-manager and kube-scheduler, with KWOK (https://kwok.sigs.k8s.io) in the part of the kubelets.
//
// It exists to try local volumes for real. The volume binder, the StatefulSet controller, the node lifecycle
// controller and the scheduler are the ones of a production cluster; only containers and disks are missing.
// A node can die: its lease goes stale, it becomes Unknown and tainted, and its Pods stay Terminating until it
// is revived or they are deleted by force.
//
// Every control plane has its own ports, certificates and directory, so several run side by side. All of it is
// gone after [ControlPlane.Stop], and also when the process that started it is killed.
package controlplane
