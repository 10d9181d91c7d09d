import torch

# Sample input
x = torch.tensor(1.0, requires_grad=True)
y = torch.tensor(3.0)

# Sample weights
h = 3
W1 = torch.tensor([0.4, -0.6, 1.2], requires_grad=True)
b1 = torch.tensor([0.1, 0.2, -0.3], requires_grad=True)
W2 = torch.tensor([0.5, 0.9, -0.7], requires_grad=True)
b2 = torch.tensor(0.05, requires_grad=True)

# Forward
z1 = W1 * x + b1
a1 = torch.relu(z1)
yhat = torch.sum(W2 * a1) + b2 + x
L = (yhat - y) ** 2

# Backward
L.backward()

# Analytical Backward
def relu_derivative(z):
    out = []
    for v in z:
        out.append(1.0 if v.item() > 0 else 0.0)
    return torch.tensor(out)

dL_dyhat = 2 * (yhat.item() - y.item())
dL_db2 = dL_dyhat
dL_dW2 = dL_dyhat * a1.detach()
dL_da1 = dL_dyhat * W2.detach()
dL_dz1 = dL_da1 * relu_derivative(z1)
dL_dW1 = dL_dz1
dL_db1 = dL_dz1
dL_dx = dL_dyhat + torch.sum(dL_dz1 * W1.detach()).item()

results = [
    ["b2", dL_db2, b2.grad.item()],
    ["W2", dL_dW2.tolist(), W2.grad.tolist()],
    ["W1", dL_dW1.tolist(), W1.grad.tolist()],
    ["b1", dL_db1.tolist(), b1.grad.tolist()],
    ["x", dL_dx, x.grad.item()],
]
for r in results:
    print("%s | analytical: %s | autograd: %s" % tuple(r))

# Discussion: as we can see in the output the analytical gradients and the autograd ones are the same.
