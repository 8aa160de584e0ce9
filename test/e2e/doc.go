// Package e2e tries the plugin against a real control plane (package test/controlplane): every scenario of examples/, a
// generated cluster whose every Pod the scheduler has judged, the fixes that are printed, and the command line.
//
// All tests share one control plane. They wait for states by watching and never sleep.
package e2e
