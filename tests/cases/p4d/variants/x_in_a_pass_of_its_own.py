"""One gradient at a time: everything else stays a plain number."""
import torch

torch.manual_seed(74)
H = 5
params = dict(
    W1=torch.randn(H, 1),
    b1=torch.randn(H, 1),
    W2=torch.randn(1, H),
    b2=torch.zeros(1, 1),
    x=torch.tensor([[-1.2]]),
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


weights = {k: v.requires_grad_() for k, v in params.items() if k != "x"}
auto = dict(zip(weights, torch.autograd.grad(loss_of(**params), list(weights.values()))))
x = params["x"].clone().requires_grad_()
auto["x"] = torch.autograd.grad(loss_of(**weights, x=x), x)[0]
with torch.no_grad():
    manual = by_hand(**params)
for k in auto:
    assert torch.allclose(manual[k], auto[k], atol=1e-5), k
