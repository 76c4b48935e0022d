"""Those who look on: what people say of the rectification."""
