"""One gradient at a time: everything else stays a plain number."""
import torch

torch.manual_seed(73)
H = 5
params = dict(
    W1=torch.randn(H, 1),
    b1=torch.randn(H, 1),
    W2=torch.randn(1, H),
    b2=torch.zeros(1, 1),
    x=torch.tensor([[1.4]]),
)
target = torch.tensor([[2.0]])


def loss_of(W1, b1, W2, b2, x):
    hidden = torch.relu(W1 @ x + b1)
    return 0.5 * torch.sum((W2 @ hidden + b2 + x - target) ** 2)


def by_hand(W1, b1, W2, b2, x):
    z = W1 @ x + b1
    a = torch.relu(z)
    err = W2 @ a + b2 + x - target
    dz = (W2.T @ err) * (z > 0).float()
    return dict(W1=dz @ x.T, b1=dz, W2=err @ a.T, b2=err, x=err + W1.T @ dz)


def by_autograd(name):
    mine = {k: v.clone() for k, v in params.items()}
    mine[name].requires_grad_()
    loss_of(**mine).backward()
    return mine[name].grad


manual = {name: by_autograd(name) for name in params}
for name in params:
    print(f"{name}: {torch.norm(manual[name] - by_autograd(name)).item():.2e}")
