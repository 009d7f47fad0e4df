"""The nouns of the research, and what everybody may know of them: values, without a service among them."""
