package execute

// Need is a permission that a step cannot do without.
type Need struct{ Verb, Resource string }

// Permission is a Need in a namespace, or in the whole cluster if there is none.
type Permission struct {
	Need
	Namespace string
}

func listPods() Need  { return Need{"list", "pods"} }
func getClaims() Need { return Need{"get", "persistentvolumeclaims"} }
func listNodes() Need { return Need{"list", "nodes"} }
