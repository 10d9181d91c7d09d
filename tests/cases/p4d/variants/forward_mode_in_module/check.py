import torch
from gradients import analytic

torch.manual_seed(6)
h = 7
p = {"W1": torch.randn(h, 1), "b1": torch.randn(h, 1), "W2": torch.randn(1, h), "b2": torch.randn(1, 1), "x": torch.randn(1, 1)}
y = torch.randn(1, 1)


def loss(W1, b1, W2, b2, x):
    return (0.5 * (W2 @ torch.relu(W1 @ x + b1) + b2 + x - y) ** 2).squeeze()


hand = analytic(loss, p)
for t in p.values():
    t.requires_grad_()
loss(*p.values()).backward()
for k in p:
    print(k, "analytic", hand[k].flatten()[:3], "autograd", p[k].grad.flatten()[:3], torch.allclose(hand[k], p[k].grad))
