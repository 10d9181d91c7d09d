import torch
from torch.func import jacrev

torch.manual_seed(2)
h = 6

def forward(W1, b1, W2, b2, x):
    z1 = W1 @ x + b1
    a1 = torch.relu(z1)
    return W2 @ a1 + b2 + x

W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)

y_hat = forward(W1, b1, W2, b2, x)
loss = 0.5 * (y_hat - y).pow(2)
loss.backward()

# analytical: chain rule  dL/dp = e * d(y_hat)/dp, with the jacobian of y_hat
e = (y_hat - y).item()
args = tuple(t.detach() for t in (W1, b1, W2, b2, x))
J = jacrev(forward, argnums=(0, 1, 2, 3, 4))(*args)
analytic_W1, analytic_b1, analytic_W2, analytic_b2, analytic_x = [e * j.squeeze(0).squeeze(0) for j in J]

print("W1", torch.allclose(analytic_W1, W1.grad))
print("b1", torch.allclose(analytic_b1, b1.grad))
print("W2", torch.allclose(analytic_W2, W2.grad))
print("b2", torch.allclose(analytic_b2, b2.grad))
print("x ", torch.allclose(analytic_x, x.grad))
