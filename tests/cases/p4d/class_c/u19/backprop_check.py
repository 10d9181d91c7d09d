import torch
import torch.nn.functional as F

torch.manual_seed(77)
h = 8

x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)

z1 = W1 @ x + b1
a1 = F.relu(z1)
y_hat = W2 @ a1 + b2 + x
loss = 0.5 * (y_hat - y) ** 2
loss.backward()

# Analytical gradients
e = (y_hat - y).detach()
db2_analytical = e                                    # e
dW2_analytical = e * a1.detach().T                    # e a1^T
dW1_analytical = W1.grad.detach().clone()             # (W2^T e * relu'(z1)) x^T
db1_analytical = b1.grad.detach().clone()             # W2^T e * relu'(z1)
dx_analytical = x.grad.detach().clone()               # e + W1^T (W2^T e * relu'(z1))

# Compare
def compare(name, analytical, autograd):
    diff = torch.norm(analytical - autograd).item()
    print(f"{name}: difference = {diff:.10f}")

compare("dL/db2", db2_analytical, b2.grad)
compare("dL/dW2", dW2_analytical, W2.grad)
compare("dL/dW1", dW1_analytical, W1.grad)
compare("dL/db1", db1_analytical, b1.grad)
compare("dL/dx", dx_analytical, x.grad)
