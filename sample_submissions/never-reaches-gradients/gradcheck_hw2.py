import torch

h = 5

# draw parameters until exactly half of the hidden units are active, so that the mask matters
while True:
    W1 = torch.randn(h, 1)
    b1 = torch.randn(h, 1)
    x = torch.randn(1, 1)
    if 2 * int((W1 @ x + b1 > 0).sum()) == h:
        break

W2 = torch.randn(1, h)
b2 = torch.randn(1, 1)
y = torch.randn(1, 1)
for t in (W1, b1, W2, b2, x):
    t.requires_grad_(True)

z1 = W1 @ x + b1
a1 = torch.relu(z1)
e = W2 @ a1 + b2 + x - y
(e ** 2 / 2).backward()

with torch.no_grad():
    d = (W2.T @ e) * (z1 > 0)
    print((e - b2.grad).abs().max())
    print((e @ a1.T - W2.grad).abs().max())
    print((d @ x.T - W1.grad).abs().max())
    print((d - b1.grad).abs().max())
    print((e + W1.T @ d - x.grad).abs().max())
