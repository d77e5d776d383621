"""How long steps and builds take, from what BuildKit says of them."""
