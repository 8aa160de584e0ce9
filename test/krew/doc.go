// Package krew installs the plugin as its users do: with krew, through kubectl, from plugins.yaml and the archives that
// hack/release makes. Nothing here needs a cluster or another machine.
package krew
