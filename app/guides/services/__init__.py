"""What can be done with guides, by subject; views import the modules."""
