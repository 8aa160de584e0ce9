package phrase

// fixes says changes that make a Pod schedulable: pkg/inspect.
func fixes() catalog {
	return catalog{}
}
