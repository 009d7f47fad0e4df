"""How good the house is, on anyone's labelled data: what `threadwork eval` runs."""
