"""Backprop check on three training pairs, CS-GY 6923 HW2 problem 4 part d"""
import torch

torch.manual_seed(7)
h = 4
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)

pairs = [(0.9, -0.4), (-1.3, 0.7), (2.1, 1.5)]

for i, (xv, yv) in enumerate(pairs):
    x = torch.tensor([[xv]], requires_grad=True)
    y = torch.tensor([[yv]])

    # forward
    z1 = torch.mm(W1, x) + b1
    a1 = z1.clamp(min=0)
    y_hat = torch.mm(W2, a1) + b2 + x
    loss = 0.5 * (y_hat - y).pow(2).sum()
    loss.backward()

    # my formulas
    with torch.no_grad():
        e = y_hat - y
        d1 = torch.mm(W2.t(), e)
        d1[z1 <= 0] = 0
        my_b2 = e
        my_W2 = torch.mm(e, a1.t())
        my_W1 = torch.mm(d1, x.t())
        my_b1 = d1
        my_x = e + torch.mm(W1.t(), d1)

    print("example", i + 1)
    print("  b2", (my_b2 - b2.grad).abs().max().item())
    print("  W2", (my_W2 - W2.grad).abs().max().item())
    print("  W1", (my_W1 - W1.grad).abs().max().item())
    print("  b1", (my_b1 - b1.grad).abs().max().item())
    print("  x ", (my_x - x.grad).abs().max().item())
