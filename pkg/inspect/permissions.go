package inspect

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PermissionReport says what a user may do of what the commands need.
type PermissionReport struct {
	metav1.TypeMeta `json:",inline"`
	// User is who the server takes the user for, empty if it does not say.
	User string `json:"user,omitempty"`
	// Namespace is where permissions for objects of namespaces were asked for, empty for all namespaces.
	Namespace string               `json:"namespace,omitempty"`
	Items     []CommandPermissions `json:"items"`
}

// CommandPermissions are those of one command.
type CommandPermissions struct {
	Command string `json:"command"`
	// Role is the ClusterRole that holds all that the command needs.
	Role string `json:"role"`
	// Allowed reports whether nothing is missing that the command cannot do without.
	Allowed bool                `json:"allowed"`
	Missing []MissingPermission `json:"missing"`
}

// MissingPermission is what the user may not do with one resource.
type MissingPermission struct {
	Verbs    []string `json:"verbs"`
	Group    string   `json:"group"`
	Resource string   `json:"resource"`
	// Condition is empty for what the command cannot do without, and otherwise says when it matters: "not needed" for
	// what only makes an answer more complete, "only for --replace".
	Condition string `json:"condition,omitempty"`
	// Why says what the command would do with it.
	Why string `json:"why"`
}
