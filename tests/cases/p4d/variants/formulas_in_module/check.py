import torch
from torch.func import jacrev
from hand import backward

torch.manual_seed(16)
h = 7
p = {"W1": torch.randn(h, 1), "b1": torch.randn(h), "W2": torch.randn(1, h), "b2": torch.randn(1), "x": torch.randn(1)}
y = torch.randn(1)
def loss(p): z = p["W1"] @ p["x"] + p["b1"]; a = torch.relu(z); e = p["W2"] @ a + p["b2"] + p["x"] - y; return ((e ** 2).sum() / 2, (e, z, a))
auto, cache = jacrev(loss, has_aux=True)(p); g = auto
again = jacrev(lambda q: loss(q)[0])(p)
hand = backward(p, cache)
print({k: (hand[k] - auto[k]).abs().max().item() for k in p})
print({k: torch.allclose(hand[k], again[k]) for k in p})
