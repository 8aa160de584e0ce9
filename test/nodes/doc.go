// Package nodes tests with real kubelets, containers and disks: what test/realnodes starts. `make test-nodes` runs it, as root.
package nodes
