// Package machine is what becomes of a program that real nodes are started from: it runs itself again, in other namespaces, in these parts.
//
//	keeper  outside, in a session of its own: makes cgroups, starts the lab, and clears everything away when it ends,
//	        also when whoever started the keeper has been killed
//	lab     in namespaces of the run: starts a control plane and a bridge, and switches nodes on and off
//	node    in namespaces of the node, below those of the lab: mounts, starts containerd and kubelet
//
// The first process of the lab, and of each node, is a fourth part, init, which starts the other and reaps. Kill it and the
// kernel kills whatever runs in its namespaces and drops their mounts, links and addresses: that is the power cut of a node, and the end
// of a run. So nothing has to be found and stopped one by one, and what is not in a namespace, cgroups and loop devices, is known by the
// directory of the run. A lab has no way out but one loopback port of the machine, which leads to the API server.
package machine
