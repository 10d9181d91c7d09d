import torch

torch.manual_seed(99)
D = torch.float64
h = 5

theta = {
    "W1": torch.randn(h, 1, dtype=D),
    "b1": torch.randn(h, dtype=D),
    "W2": torch.randn(1, h, dtype=D),
    "b2": torch.randn(1, dtype=D),
    "x": torch.randn(1, dtype=D),
}
y = torch.randn(1, dtype=D)


def L(W1, b1, W2, b2, x):
    hidden = torch.relu(W1 @ x + b1)
    y_hat = W2 @ hidden + b2 + x
    return 0.5 * ((y_hat - y) ** 2).sum()


# 1. autograd
leaves = {k: v.clone().requires_grad_(True) for k, v in theta.items()}
L(**leaves).backward()

# 2. my gradients: (L(p + eps) - L(p - eps)) / (2 eps), entry by entry
eps = 1e-6
mine = {}
for key in theta:
    g = torch.zeros_like(theta[key])
    for i in range(theta[key].numel()):
        plus = {k: v.clone() for k, v in theta.items()}
        minus = {k: v.clone() for k, v in theta.items()}
        plus[key].view(-1)[i] += eps
        minus[key].view(-1)[i] -= eps
        g.view(-1)[i] = (L(**plus) - L(**minus)) / (2 * eps)
    mine[key] = g

# 3. compare
for key in theta:
    print(key, "max abs difference", (mine[key] - leaves[key].grad).abs().max().item())
