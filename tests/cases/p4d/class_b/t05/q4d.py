import torch
from collections import OrderedDict

torch.manual_seed(70)
torch.set_printoptions(precision=4)


def setup(h):
    return OrderedDict(W1=torch.randn(h, 1), b1=torch.randn(h, 1), W2=torch.randn(1, h), b2=torch.randn(1, 1), x=torch.randn(1, 1))


def model(W1, b1, W2, b2, x):
    return W2 @ torch.relu(W1 @ x + b1) + b2 + x


def analytic_grads(p, y):
    W1, b1, W2, b2, x = p.values()
    z = W1 @ x + b1
    e = model(**p) - y
    d = e * W2.T
    d[z < 0] = 0
    return OrderedDict(W1=d * x, b1=d, W2=e * z.clamp(0).T, b2=e, x=e + d.T @ W1)


def autograd_grads(p, y):
    q = OrderedDict((k, v.clone().requires_grad_()) for k, v in p.items())
    L = 0.5 * (model(**q) - y) ** 2
    L.backward()
    return OrderedDict((k, v.grad) for k, v in q.items())


p, y = setup(5), torch.randn(1, 1)
grads_analytic = analytic_grads(p, y)
grads_autograd = autograd_grads(p, y)

all_match = True
for key in grads_analytic:
    match = torch.allclose(grads_analytic[key], grads_analytic[key], atol=1e-6)
    all_match = all_match and match
    print(f"{key}: {'match' if match else 'NO MATCH'}")
print("All gradients match:", all_match)
