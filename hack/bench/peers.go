package main

import (
	"context"
	"fmt"
	"os"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// list is the least that any program does which shows volumes and nodes: one protobuf list of each.
func list(ctx context.Context) error {
	config, err := restConfig()
	if err != nil {
		return err
	}
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	volumes, err := client.CoreV1().PersistentVolumes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	fmt.Println(len(volumes.Items), len(nodes.Items))
	return nil
}

// load is all that why-pending does before it thinks.
func load(ctx context.Context) error {
	config, err := restConfig()
	if err != nil {
		return err
	}
	client, err := collect.Client(config, "bench")
	if err != nil {
		return err
	}
	s, err := collect.Live(ctx, client, time.Now, collect.Options{Kinds: []inspect.Kind{
		inspect.Nodes, inspect.Namespaces, inspect.Pods, inspect.PersistentVolumes, inspect.PersistentVolumeClaims, inspect.StorageClasses,
		inspect.CSINodes, inspect.CSIDrivers, inspect.CSIStorageCapacities, inspect.Events, inspect.ReplicaSets, inspect.Jobs,
	}})
	if err != nil {
		return err
	}
	fmt.Println(len(s.Volumes), len(s.Nodes))
	return nil
}

func restConfig() (*rest.Config, error) {
	return clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
}
