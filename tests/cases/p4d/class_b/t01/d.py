import torch
torch.manual_seed(5)
W1, b1, W2, b2, x, y = [torch.randn(s, dtype=torch.double, requires_grad=True) for s in ((3, 1), (3, 1), (1, 3), (1, 1), (1, 1), (1, 1))]
z = W1 @ x + b1
e = W2 @ z.relu() + b2 + x - y
(e**2 / 2).backward()
d = W2.T * e * (z > 0)
for p, g in (b2, e), (W2, e * z.relu().T), (W1, d * x), (b1, d), (x, e + W1.T @ d):
    print((p.grad - g).abs().max().item())
# 0 or ~1e-16 (double eps), so part (b) is confirmed. order: b2 W2 W1 b1 x
