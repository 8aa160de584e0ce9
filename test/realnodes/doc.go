// Package realnodes gives tests a cluster with real nodes on one machine: kubelets, containers and disks, where test/controlplane only
// simulates them. A node can lose power and come back with the disks that it had and a new boot id; its kubelet can be killed while its
// containers go on; its link can be cut.
//
// A node is a set of namespaces, not a virtual machine. All nodes have the kernel, the clock and the page cache of the machine, so
// what was not flushed to a disk is not lost when the power is cut. Nodes and control plane are in network namespaces of their own, from
// which nothing leads out. It needs root and Linux: [github.com/kubectl-localpv/kubectl-localpv/test/realnodes/needs] says what is
// missing on a machine.
//
// Nothing is left when a [Cluster] is closed, nor when the process that started it is killed. What a machine that lost its power has kept is
// cleared away by the next start.
package realnodes
